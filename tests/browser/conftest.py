"""One installation and one signed-in browser page for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.installation import Installation, installation

LONG = 20_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
expect.set_options(timeout=LONG)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("browser")) as installed:
        yield installed


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(running: Installation, browser: Browser) -> Iterator[Page]:
    """A page of the owner's; what its console complains of fails the test that looks (`complaints`)."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.complaints = []  # type: ignore[attr-defined]  # for the tests
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda said: page.complaints.append(said.text) if "Security Policy" in said.text else None)  # type: ignore[attr-defined]
    page.goto(running.link())
    expect(page.locator("#fleet")).to_contain_text("3 of 3 Ready")
    expect(page.locator("#live")).to_have_text("live")
    yield page
    page.close()


def create(page: Page, name: str, image: str = "nginx", **more: str) -> None:
    """Fill in the form and send it."""
    page.click("#create")
    for field, value in {"name": name, "image": image, **more}.items():
        if field == "restartPolicy":
            page.select_option("#f-restartPolicy", value)
        else:
            page.fill(f"#f-{field}", value)
    page.click("#pod-form button.main")


def pod(page: Page, name: str, phase: str) -> object:
    return page.locator(f"#pods [aria-label='pod default/{name}: {phase}']")
