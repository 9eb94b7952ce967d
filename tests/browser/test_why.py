"""Why? Answers in sentences, each opening the message behind it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod

pytestmark = pytest.mark.browser


def ask(page: Page, name: str) -> None:
    page.locator(f"#pods .pod:not(.gone)[aria-label*='default/{name}']").click()
    page.locator("#object .views").get_by_role("button", name="Why?").click()


def test_a_pod_says_why_it_is_there_and_why_on_its_node(page: Page) -> None:
    create(page, "asked")
    expect(pod(page, "asked", "Running")).to_have_count(1)
    ask(page, "asked")
    expect(page.locator("#object")).to_contain_text("Why is it on worker-")
    expect(page.locator("#object")).to_contain_text("control-plane could not: node(s) had untolerated taint")
    expect(page.locator("#object")).to_contain_text("web-form asked to create pods asked; the answer was 201")
    page.locator("#object .way .link", has_text="web-form asked to create").first.click()
    expect(page.locator("#wire h2")).to_contain_text("web-form → kube-apiserver")


def test_a_pod_without_room_says_why_it_waits(page: Page) -> None:
    create(page, "large", cpu="900")
    ask(page, "large")
    expect(page.locator("#object")).to_contain_text("Why has it no node?")
    expect(page.locator("#object")).to_contain_text("Insufficient cpu")


def test_what_is_gone_says_who_deleted_it(page: Page) -> None:
    page.locator("#object .views").get_by_role("button", name="Facts").click()
    page.locator("#object").get_by_role("button", name="Delete").click()
    expect(page.locator("#object")).to_contain_text("Why is it gone?")
    expect(page.locator("#object")).to_contain_text("as owner deleted it")
