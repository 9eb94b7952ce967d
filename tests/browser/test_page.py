"""The page: the link opens it, the diagram shows three Ready nodes, the form makes a pod and its steps light."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.installation import Installation, installation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LONG = 20_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("browser")) as installed:
        yield installed


@pytest.fixture(scope="module")
def page(running: Installation, browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(running.link())
        yield page
        browser.close()


def test_the_link_opens_the_diagram_with_three_ready_nodes_once(page: Page, running: Installation) -> None:
    expect(page).to_have_url(re.compile("/c/demo/$"))
    expect(page.locator("#fleet")).to_contain_text("3 of 3 Ready", timeout=LONG)
    expect(page.locator("#live")).to_have_text("live")
    again = page.context.browser.new_page()
    again.goto(running.link())
    expect(again.locator("main")).to_contain_text("used before")
    again.close()


def test_the_form_makes_a_pod_and_all_fourteen_steps_light(page: Page) -> None:
    page.fill("input[name=name]", "shop")
    page.fill("input[name=image]", "nginx")
    page.click("#create button.main")
    expect(page.locator("#create")).to_contain_text("pod/shop created", timeout=LONG)
    expect(page.locator("#story h2")).to_contain_text("default/shop", timeout=LONG)
    expect(page.locator("#story .steps .done")).to_have_count(14, timeout=LONG)
    expect(page.locator("#pods [aria-label='pod default/shop: Running']")).to_have_count(1, timeout=LONG)
    page.locator("#story .link").first.click()
    page.locator(".wire summary").click()
    expect(page.locator("#hop")).to_contain_text("web-form → kube-apiserver", timeout=LONG)


def test_a_fault_stands_beside_its_field(page: Page) -> None:
    page.fill("input[name=name]", "Bad_Name")
    page.click("#create button.main")
    expect(page.locator("#create label", has_text="Name").first.locator(".fault")).to_contain_text(
        "RFC 1123", timeout=LONG
    )


def test_the_power_switch_stops_and_starts_by_keyboard(page: Page) -> None:
    power = page.locator(".switch[data-id='kube-scheduler']")
    for state in ("false", "true"):
        power.focus()
        page.keyboard.press("Enter")
        expect(power).to_have_attribute("aria-checked", state, timeout=LONG)


def test_nothing_runs_over_the_edge_at_360_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
