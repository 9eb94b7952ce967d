"""The first visit ends with a pod of the visitor's own; what is seen can be shared by its address."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.installation import Installation


def test_the_tour_ends_with_the_visitors_own_pod_running(page: Page) -> None:
    page.click("#welcome [data-welcome=begin]")
    card = page.locator(".tour-card")
    expect(card).to_contain_text("runs now")
    expect(page.locator(".tour-ring")).to_be_visible()
    page.keyboard.press("Tab")
    for part in ("only door", "memory", "press “Create”"):
        card.locator("[data-tour=next]").click()
        expect(card).to_contain_text(part)
    expect(card.locator("[data-tour=next]")).to_be_disabled()
    page.click("#create")
    expect(card).to_contain_text("send it")
    page.fill("#f-name", "mine")
    page.click("#pod-form button.main")
    expect(card).to_contain_text("your pod runs", ignore_case=True)
    expect(page.locator("#pods [aria-label='pod default/mine: Running']")).to_be_visible()
    card.locator("[data-tour=next]").click()
    expect(card).to_have_count(0)
    expect(page.locator("#announce")).to_contain_text("tour is over")
    page.reload()
    expect(page.locator("#live")).to_have_text("live")
    expect(page.locator("#welcome")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.fill(".palette input", "take the tour")
    expect(page.locator(".palette [role=option][aria-selected=true]")).to_contain_text("Take the tour")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("runs now")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert page.complaints == []  # type: ignore[attr-defined]  # for the tests


def test_a_journey_and_a_revision_are_shared_by_their_address(page: Page, running: Installation) -> None:
    expect(page.locator("#story .story")).to_contain_text("default/mine")
    page.click("#share")
    expect(page.locator("#share-what")).to_contain_text("this journey")
    link = page.input_value("#share-link")
    page.keyboard.press("Escape")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#story .story")).to_contain_text("default/mine")
    page.goto("about:blank")
    page.goto(f"{link.partition('#')[0]}?at=40")
    expect(page.locator(".past-bar .then")).to_contain_text("revision 40")
    page.click("#share")
    assert "?at=40" in page.input_value("#share-link")
    page.keyboard.press("Escape")
    page.goto("about:blank")
    page.goto(f"{link.partition('#')[0]}#story?hop=1")
    expect(page.locator("#story")).to_contain_text("no longer kept")
    page.goto(f"{link.partition('/c/')[0]}/c/nowhere/")
    expect(page.locator("main")).to_contain_text('cluster "nowhere" not found')
