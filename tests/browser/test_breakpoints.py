"""Breakpoints on the page: set by form or from the diagram, hit, switched off; a held message edited, its answer shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser
LIST = "#breakpoints .breaks li"


def set_up(page: Page, **fields: str) -> None:
    """Open the popover, fill the form in, set the breakpoint."""
    page.click("#breaks-menu summary")
    for name, value in fields.items():
        if name == "step":
            page.select_option("#b-step", value)
        else:
            page.fill(f"#b-{name}", value)
    page.click("#breakpoints form button.main")


def test_a_breakpoint_holds_its_message_counts_and_goes(page: Page) -> None:
    set_up(page, labels="a==b==c")
    expect(page.locator("#breakpoints .fault")).to_contain_text("found '=='")
    page.fill("#b-labels", "")
    page.select_option("#b-step", "8")
    page.fill("#b-name", "stopped")
    page.click("#breakpoints form button.main")
    expect(page.locator(LIST)).to_contain_text("step 8 of a pod's journey")
    expect(page.locator("#breaks-count")).to_have_text("1")
    page.keyboard.press("Escape")
    create(page, "stopped")
    expect(page.locator("#held li")).to_contain_text("kube-scheduler → kube-apiserver: POST pods/stopped/binding")
    expect(page.locator("#marks .token.held")).to_have_count(1)
    expect(page.locator("#clock")).to_contain_text("held")
    page.click("#breaks-menu summary")
    expect(page.locator(LIST)).to_contain_text("1 hit, holds 1")
    page.locator(LIST).get_by_role("button", name="Remove").click()
    expect(page.locator("#held")).not_to_be_visible()
    expect(pod(page, "stopped", "Running")).to_have_count(1)
    page.keyboard.press("Escape")


def test_an_edited_message_is_refused_by_the_api_server_and_marked(page: Page, running: Installation) -> None:
    set_up(page, step="1", name="changed")
    page.keyboard.press("Escape")
    create(page, "changed")
    page.locator("#held").get_by_role("button", name="edit").click()
    text = page.locator("#edit-dialog textarea")
    text.fill("no: yaml: here")
    page.click("#edit-dialog button.main")
    expect(page.locator("#edit-dialog .fault")).to_contain_text("no YAML")
    text.fill('{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "changed"}, "spec": {"containers": []}}')
    page.click("#edit-dialog button.main")
    expect(page.locator("#edit-dialog")).not_to_be_visible()
    expect(page.locator("#acted li")).to_contain_text("edited by owner")
    expect(page.locator("#acted li")).to_contain_text("spec.containers: Required value")
    expect(page.locator("#story .touched")).to_have_text("edited by owner")
    page.click("#acted [data-dismiss]")
    page.click("#breaks-menu summary")
    page.locator(LIST).get_by_role("button", name="Remove").click()
    page.keyboard.press("Escape")


def test_the_diagram_offers_a_breakpoint_on_a_box_and_on_a_line(page: Page) -> None:
    page.locator(".component[data-id='etcd'] .box").click(button="right", position={"x": 60, "y": 60})
    expect(page.locator("#b-component")).to_have_value("etcd")
    page.keyboard.press("Escape")
    page.focus(".component[data-id='kube-scheduler'] .body")
    page.keyboard.press("b")
    expect(page.locator("#b-component")).to_have_value("kube-scheduler")
    page.keyboard.press("Escape")
    spot = page.evaluate(
        "() => { const line = document.querySelector(\"[data-edge='kube-apiserver>etcd']\");"
        " const point = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());"
        " return [point.x, point.y]; }"
    )
    page.mouse.click(*spot, button="right")
    expect(page.locator("#b-source")).to_have_value("kube-apiserver")
    expect(page.locator("#b-target")).to_have_value("etcd")
    page.keyboard.press("Escape")
