"""The Wire panel: filters that add up and stand in the address, a message opened with what it changed, a chart to keep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod

pytestmark = pytest.mark.browser


def test_filters_add_up_with_counts_and_stand_in_the_address(page: Page) -> None:
    create(page, "wired")
    expect(pod(page, "wired", "Running")).to_have_count(1)
    page.click("#tab-wire")
    wire = page.locator("#wire")
    wire.locator("select[name=kind]").select_option("pods")
    expect(page).to_have_url(re.compile("#wire.kind=pods$"))
    wire.locator("select[name=verb]").select_option("PATCH")
    expect(wire.locator("select[name=verb] option:checked")).to_have_text(re.compile(r"PATCH \(\d+\)"))
    expect(page).to_have_url(re.compile("verb=PATCH&kind=pods$"))
    wire.locator("input[name=object]").fill("default/wired")
    wire.locator("input[name=object]").press("Enter")
    expect(page).to_have_url(re.compile("verb=PATCH&kind=pods&object=default"))
    expect(wire.locator(".hop-row").first).to_contain_text("pods/wired/status")
    page.reload()
    expect(wire.locator("select[name=kind] option:checked")).to_contain_text("pods")
    wire.locator("select[name=outcome]").select_option("ok")
    expect(page).to_have_url(re.compile("outcome=ok"))
    wire.locator("input[name=object]").fill("nothing-is-called-so")
    wire.locator("input[name=object]").press("Enter")
    expect(wire).to_contain_text("No message that is kept is like that")


def test_a_write_opens_with_what_it_changed_what_followed_and_how_to_ask_it_by_hand(page: Page) -> None:
    page.locator("#wire [data-wire='']").click()
    page.click("#tab-story")
    page.locator("#story .step").nth(7).locator(".link").click()
    wire = page.locator("#wire")
    expect(wire.locator(".diff .came", has_text="nodeName")).to_have_count(1)
    expect(wire.locator(".effects .link", has_text="Txn").first).to_be_visible()
    wire.locator("summary", has_text="as curl").click()
    expect(wire.locator("pre[aria-label='As curl']")).to_contain_text(
        "/clusters/demo/api/v1/namespaces/default/pods/wired/binding"
    )
    wire.locator("summary", has_text="as kubectl").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wire.locator("details", has_text="as kubectl").locator("[data-copy]").click()
    expect(page.locator("#announce")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("kubectl create --raw")


def test_a_journey_is_drawn_as_a_chart_and_kept_as_svg_and_png(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="the messages").click()
    page.locator("#wire [data-sheet]").click()
    chart = page.locator("#sheet svg.chart")
    expect(chart).to_contain_text("8. POST pods/wired/binding")
    for button, begins in (("Save as SVG", b"<svg"), ("Save as PNG", b"\x89PNG")):
        with page.expect_download() as waiting:
            page.locator("#sheet").get_by_text(button).click()
        kept = tmp_path / "chart"
        waiting.value.save_as(kept)
        assert kept.read_bytes().startswith(begins), button
    page.keyboard.press("Escape")


def test_nothing_was_against_the_policy(page: Page) -> None:
    assert page.complaints == []  # type: ignore[attr-defined]
