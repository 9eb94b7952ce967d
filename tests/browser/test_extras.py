"""The search palette and the diagram as text: by keyboard, live, without a violation of axe."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def test_the_palette_finds_components_words_objects_and_actions(page: Page) -> None:
    create(page, "sought")
    expect(pod(page, "sought", "Running")).to_have_count(1)  # type: ignore[arg-type]
    page.keyboard.press("Control+k")
    box, items = page.get_by_role("combobox", name="Search objects"), page.locator(".palette [role=option]")
    expect(box).to_be_focused()
    box.fill("schedul")
    expect(items.first).to_contain_text("kube-scheduler")
    expect(items.filter(has_text="filters, then scores")).to_have_count(1)
    assert violations(page) == []
    box.fill("nothing of the kind")
    expect(page.locator(".palette")).to_contain_text("Nothing of that name.")
    box.fill("sought")
    expect(items.filter(has_text="pods/default/sought")).to_have_count(1)
    box.press("Enter")
    expect(page.locator(".palette")).not_to_be_visible()
    expect(page.locator("#object h2").first).to_contain_text("sought")


def test_an_action_is_done_with_arrows_and_enter(page: Page) -> None:
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search objects")
    box.fill("the")
    expect(page.locator(".palette [role=option]", has_text="Show the wire")).to_have_count(1)
    while "Show the wire" not in page.locator("[role=option][aria-selected=true]").inner_text():
        box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("#tab-wire")).to_have_attribute("aria-selected", "true")


def test_the_diagram_as_text_is_live(page: Page) -> None:
    page.get_by_role("button", name="as text").click()
    text = page.locator("#astext")
    expect(text.get_by_role("row", name=re.compile("kube-scheduler running"))).to_have_count(1)
    expect(text.get_by_role("row", name=re.compile("worker-1 Ready"))).to_have_count(1)
    expect(page.locator("#diagram")).not_to_be_visible()
    create(page, "told")
    expect(text.get_by_role("row", name=re.compile(r"default.told Running worker-"))).to_have_count(1)
    expect(text.get_by_role("row", name=re.compile("web-form kube-apiserver"))).to_have_count(1)
    assert violations(page) == []
    page.get_by_role("button", name="as text").click()
    expect(page.locator("#diagram")).to_be_visible()
