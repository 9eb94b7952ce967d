"""What is broken stands in one list, is mended from there, and is the same on the node's own panel."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_cut_network_makes_a_node_not_ready_and_is_mended_from_the_list(page: Page) -> None:
    page.click("#faults-menu summary")
    expect(page.locator("#faults .breaks")).to_contain_text("all is well")
    page.select_option("#x-network", "worker-2")
    page.locator("#faults form", has_text="Cut the network").get_by_role("button").click()
    expect(page.locator("#faults .breaks")).to_contain_text("the network of node worker-2 is cut")
    expect(page.locator("#faults-count")).to_have_text("1")
    page.keyboard.press("Escape")
    page.click("#clock-menu summary")
    page.locator("#timers").get_by_role("button", name="+1 min").click()
    expect(page.locator("#fleet")).to_contain_text("2 of 3 Ready")
    page.keyboard.press("Escape")
    page.locator(".node[data-node='worker-2'] .node-title").click()
    expect(page.locator("#object")).to_contain_text("no network")
    page.click("#faults-menu summary")
    page.locator("#faults").get_by_role("button", name="Mend").click()
    expect(page.locator("#faults .breaks")).to_contain_text("all is well")
    expect(page.locator("#fleet")).to_contain_text("3 of 3 Ready")
    page.keyboard.press("Escape")
    page.locator("#object").get_by_role("button", name="Cut network").click()
    expect(page.locator("#faults-count")).to_have_text("1")
    page.locator("#object").get_by_role("button", name="Mend network").click()
    expect(page.locator("#faults-count")).to_have_text("0")
