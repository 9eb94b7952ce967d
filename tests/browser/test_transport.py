"""The transport bar: pause and step by keys, the clock held with messages, one pod's pace alone, the clock forward."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation, until

pytestmark = pytest.mark.browser
C = "/api/clusters/demo"


def test_by_keys_everything_is_paused_and_goes_message_by_message(page: Page, running: Installation) -> None:
    page.keyboard.press("p")
    expect(page.locator("[data-pace=pause]")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#announce")).to_contain_text("Paused")
    expect(page.locator("#clock")).to_contain_text("held")
    create(page, "paused")
    expect(page.locator("#held li").first).to_contain_text("web-form → kube-apiserver: POST pods/paused")
    expect(page.locator("#create-dialog")).not_to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#held li").first).to_contain_text("kube-apiserver → kube-controller-manager")
    page.keyboard.press("p")
    expect(page.locator("#held")).not_to_be_visible()
    expect(pod(page, "paused", "Running")).to_have_count(1)
    expect(page.locator("#clock")).not_to_contain_text("held")


def test_how_slow_is_chosen_with_the_slider(page: Page, running: Installation) -> None:
    page.keyboard.press("2")
    slider = page.locator("#slow-seconds")
    slider.focus()
    slider.press("Home")
    slider.press("ArrowRight")
    expect(page.locator("#slow-output")).to_have_text("0.4 s")
    until(lambda: running.api(f"{C}/pace/")["seconds"] == 0.4)
    page.locator("[data-pace=real]").click()
    expect(slider).not_to_be_visible()


def test_only_the_followed_pod_is_held_and_others_pass(page: Page, running: Installation) -> None:
    create(page, "followed")
    expect(page.locator("#story h2")).to_contain_text("default/followed")
    page.select_option("#scope", "followed")
    page.locator("[data-pace=step]").click()
    until(lambda: running.api(f"{C}/pace/")["pod"] == "default/followed")
    body = {"metadata": {"name": "other"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    running.kube("/api/v1/namespaces/default/pods", "POST", body)
    expect(pod(page, "other", "Running")).to_have_count(1)
    expect(page.locator("#held")).not_to_be_visible()
    page.locator("[data-pace=real]").click()
    page.select_option("#scope", "")


def test_the_clock_goes_forward_to_what_is_due(page: Page, running: Installation) -> None:
    page.locator("#clock-menu summary").click()
    expect(page.locator("#timers li").first).to_contain_text("in ")
    before = running.api(f"{C}/time/")["time"]
    page.locator("#timers").get_by_role("button", name="+5 min").click()
    until(lambda: running.api(f"{C}/time/")["time"] - before > 300)
    expect(page.locator("#fleet")).to_contain_text("3 of 3 Ready")
    page.locator("[data-rate='100']").click()
    expect(page.locator("#clock")).to_contain_text("×100")
    page.locator("[data-rate='1']").click()
    expect(page.locator("#clock")).not_to_contain_text("×")
    page.keyboard.press("Escape")
