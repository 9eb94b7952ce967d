"""Rewinding: the whole page as it was at a revision, marked and without controls; back to live; a fork goes on from there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser


def test_the_page_goes_back_to_before_a_pod_had_a_node_and_to_live_again(page: Page, running: Installation) -> None:
    create(page, "then")
    expect(pod(page, "then", "Running")).to_have_count(1)
    keys = running.api("/api/clusters/demo/revisions/?key=/registry/pods/default/then")
    created = keys[-1]["revision"]
    page.locator("#pods .pod:not(.gone)[aria-label*='default/then']").click()
    page.locator("#object .views").get_by_role("button", name="History").click()
    page.locator(f"[data-rewind='{created}']").click()
    bar = page.locator(".past-bar")
    expect(bar).to_contain_text(f"revision {created}")
    expect(pod(page, "then", "Pending")).to_have_count(1)
    expect(page.locator("#create")).to_have_attribute("inert", "")
    page.locator("#object .views").get_by_role("button", name="YAML").click()
    expect(page.locator("#object .yaml")).to_contain_text("Pending")
    page.click("#tab-wire")
    expect(page.locator("#wire .hop-row").first).to_be_visible()
    bar.get_by_role("button", name="earlier").click()
    expect(page.locator("#pods .pod:not(.gone)[aria-label*='default/then']")).to_have_count(0)
    bar.get_by_role("button", name="Back to live").click()
    expect(pod(page, "then", "Running")).to_have_count(1)
    expect(bar).to_have_count(0)
    expect(page.locator("#live")).to_have_text("live")


def test_a_fork_goes_on_from_there(page: Page, running: Installation) -> None:
    page.click("#rewind")
    bar = page.locator(".past-bar")
    bar.locator("input[name=name]").fill("demo")
    bar.get_by_role("button", name="Fork").click()
    expect(bar.locator(".fault")).to_contain_text("already exists")
    bar.locator("input[name=name]").fill("forked")
    bar.get_by_role("button", name="Fork").click()
    expect(page).to_have_url(re.compile("/c/forked/"))
    expect(pod(page, "then", "Running")).to_have_count(1)
    expect(page.locator("#fleet")).to_contain_text("3 of 3 Ready")
    running.api("/api/clusters/forked/", "DELETE")
