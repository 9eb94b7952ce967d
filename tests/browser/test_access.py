"""For everybody: no violation that axe knows in either theme, keyboard alone, calm motion, a telephone's width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def visitor(page: Page, browser: Browser) -> Iterator[Page]:
    """A second page of the owner's, without the policy that keeps axe's own script out."""
    context = browser.new_context(storage_state=page.context.storage_state(), bypass_csp=True)
    visitor = context.new_page()
    visitor.goto(page.url)
    create(visitor, "web")
    expect(pod(visitor, "web", "Running")).to_have_count(1)
    yield visitor
    context.close()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visitor: Page, theme: str) -> None:
    visitor.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its two words
    for tab in ("story", "wire", "object"):
        visitor.click(f"#tab-{tab}")
        if tab == "object":
            visitor.click(".component[data-id='kube-controller-manager'] .body")
            expect(visitor.locator("#object .switches")).to_be_visible()
        visitor.wait_for_timeout(2000)
        assert violations(visitor) == [], tab
    for opened in (
        "kube-apiserver",
        "kube-scheduler",
        "kube-scheduler&view=what-if",
        "kube-proxy.worker-1&view=packet",
    ):
        visitor.evaluate("(query) => { location.hash = `#object?id=${query}`; }", opened)
        visitor.reload()
        expect(visitor.locator("#object .thing")).to_be_visible()
        assert violations(visitor) == [], opened
    for menu in ("clock-menu", "breaks-menu", "faults-menu", "keys-menu"):
        visitor.click(f"#{menu} summary")
        visitor.wait_for_timeout(400)
        assert violations(visitor) == [], menu
        visitor.keyboard.press("Escape")
    visitor.click("#tab-wire")
    visitor.locator("#wire [data-sheet]").click()
    expect(visitor.locator("#sheet svg.chart")).to_be_visible()
    assert violations(visitor) == [], "the chart"
    visitor.locator("#sheet [data-close]").click()
    visitor.click("#create")
    assert violations(visitor) == [], "the dialog"
    visitor.keyboard.press("Escape")


def test_axe_finds_nothing_on_the_list_of_clusters(visitor: Page) -> None:
    here = visitor.url
    visitor.goto(here.partition("/c/")[0])
    visitor.locator("summary").first.click()
    assert violations(visitor) == []
    visitor.goto(here)


def test_everything_can_be_done_by_keyboard(page: Page, running: Installation) -> None:
    page.focus("#create")
    page.keyboard.press("Enter")
    expect(page.locator("#f-name")).to_be_focused()
    page.keyboard.type("keys")
    page.keyboard.press("Enter")
    expect(pod(page, "keys", "Running")).to_have_count(1)
    page.focus("#tab-story")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-wire")).to_be_focused()
    expect(page.locator("#wire .hop-row").first).to_be_visible()
    page.focus(".component[data-id='kube-scheduler'] .body")
    page.keyboard.press("Enter")
    expect(page.locator("#object h2")).to_contain_text("kube-scheduler")
    page.locator("#pods [aria-label^='pod default/keys']").focus()
    page.keyboard.press(" ")
    expect(page.locator("#object h2")).to_contain_text("keys")


def test_with_reduced_motion_nothing_travels_but_the_labels_tell(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator("#tokens .tag")).to_have_count(0)  # a label that still stands would be used again
    page.evaluate(
        "window.added = {token: 0, tag: 0}; new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach("
        "(node) => { for (const name in added) if (node.classList?.contains(name)) added[name] += 1; })))"
        ".observe(document.getElementById('tokens'), {childList: true})"
    )
    create(page, "calm")
    expect(pod(page, "calm", "Running")).to_have_count(1)
    page.wait_for_function("added.tag > 3")
    assert page.evaluate("added.token") == 0
    page.emulate_media(reduced_motion="no-preference")


def test_nothing_runs_over_the_edge_at_360_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("#diagram.narrow")).to_be_visible()
    for tab in ("story", "wire", "object"):
        page.click(f"#tab-{tab}")
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, tab
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && one.getClientRects().length && !one.closest('.sr, pre, .console')"
        " && one.getBoundingClientRect().right > 361).map((one) => one.outerHTML.slice(0, 90))"
    )
    assert wide == []
    page.goto(page.url.partition("/c/")[0])
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
