"""The terminal in the page: kubectl with pipes, history and completion; a watch beside it; keyboard; no violation of axe."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def prompt(page: Page, pane: int = 0) -> Locator:
    return page.locator(".pane").nth(pane).get_by_label("Command")


def run(page: Page, typed: str, pane: int = 0) -> None:
    prompt(page, pane).fill(typed)
    prompt(page, pane).press("Enter")


def screen(page: Page, pane: int = 0) -> Locator:
    return page.locator(".pane").nth(pane).locator(".screen")


def test_it_opens_and_runs_kubectl_as_the_client_kubectl(page: Page) -> None:
    page.get_by_role("tab", name="Terminal").click()
    expect(prompt(page)).to_be_focused()
    run(page, "kubectl get nodes -o name | grep worker | sort -r")
    expect(screen(page)).to_contain_text("node/worker-3\nnode/worker-2\nnode/worker-1")
    run(page, "kubectl run typed --image=nginx")
    expect(screen(page)).to_contain_text("pod/typed created")
    expect(page.locator("#story .step.done").first).to_contain_text("kubectl")


def test_what_is_pasted_is_applied_and_nothing_is_interpreted(page: Page) -> None:
    run(
        page,
        "kubectl apply -f - <<EOF\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ndata: {a: '<b>x</b>'}\nEOF",
    )
    expect(screen(page)).to_contain_text("configmap/odd created")
    run(page, "kubectl get cm odd -o jsonpath='{.data.a}'")
    expect(screen(page)).to_contain_text("<b>x</b>")
    expect(screen(page).locator("b")).to_have_count(0)
    run(page, "kubectl get pods nix")
    expect(screen(page).locator(".err")).to_contain_text('pods "nix" not found')


def test_history_and_completion_by_keyboard(page: Page) -> None:
    prompt(page).press("ArrowUp")
    expect(prompt(page)).to_have_value("kubectl get pods nix")
    prompt(page).press("Control+c")
    expect(prompt(page)).to_have_value("")
    prompt(page).type("kubectl get conf")
    prompt(page).press("Tab")
    expect(prompt(page)).to_have_value("kubectl get configmaps ")
    prompt(page).type("od")
    prompt(page).press("Tab")
    expect(prompt(page)).to_have_value("kubectl get configmaps odd ")
    prompt(page).fill("")
    prompt(page).press("Tab")
    expect(prompt(page)).not_to_be_focused()


def test_a_watch_goes_on_beside_and_is_stopped(page: Page) -> None:
    page.get_by_role("button", name="Split").click()
    run(page, "kubectl get pods -w -o name", 1)
    expect(screen(page, 1)).to_contain_text("pod/typed")
    run(page, "kubectl run beside --image=nginx")
    expect(screen(page, 1)).to_contain_text("pod/beside")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    prompt(page, 1).press("Control+c")
    expect(page.locator(".pane").nth(1).locator(".prompt.busy")).to_have_count(0)
    page.locator(".pane").nth(1).get_by_role("button", name="Close").click()
    expect(page.locator(".pane")).to_have_count(1)


def test_messages_are_still_there(page: Page) -> None:
    page.get_by_role("tab", name="Messages").click()
    expect(page.locator("#terminal")).to_be_hidden()
    expect(page.locator("#console")).to_contain_text(re.compile("kube-apiserver"))
    assert page.complaints == []  # type: ignore[attr-defined]
