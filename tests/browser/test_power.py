"""Power and pace on the page: stop anything, see who is waited for and how much, start it and see it drain; hold, step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser


def test_the_switch_stops_and_starts_by_keyboard(page: Page) -> None:
    power = page.locator(".switch[data-id='kube-scheduler']")
    for state in ("false", "true"):
        power.focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(power).to_have_attribute("aria-checked", state)


def test_a_stopped_scheduler_stalls_the_journey_and_the_diagram_counts_it(page: Page) -> None:
    page.locator(".switch[data-id='kube-scheduler']").click()
    box = page.locator(".component[data-id='kube-scheduler']")
    expect(box.locator(".facts")).to_have_text("stopped")
    create(page, "stuck")
    expect(page.locator("#story .step.stalled")).to_contain_text("Waits for kube-scheduler")
    expect(box.locator(".badge")).to_have_text("1 journey waits")
    expect(page.locator("#marks .tag.bad")).to_have_text("waits for kube-scheduler")
    expect(page.locator("#announce")).to_contain_text("waits for kube-scheduler")
    page.locator(".switch[data-id='kube-scheduler']").click()
    expect(pod(page, "stuck", "Running")).to_have_count(1)
    expect(page.locator("#story .step.done")).to_have_count(14)
    expect(box.locator(".badge")).to_have_count(0)


def test_while_etcd_is_stopped_the_form_does_not_hang_and_the_message_is_counted(page: Page) -> None:
    page.locator(".switch[data-id='etcd']").click()
    expect(page.locator(".component[data-id='etcd'].off")).to_have_count(1)
    create(page, "patient")
    expect(page.locator("#create-dialog")).not_to_be_visible()
    expect(page.locator(".component[data-id='etcd'] .badge")).to_contain_text("message")
    expect(page.locator("#story .step.stalled")).to_contain_text("Waits for etcd")
    page.locator(".switch[data-id='etcd']").click()
    expect(pod(page, "patient", "Running")).to_have_count(1)


def test_each_control_loop_has_its_own_switch(page: Page, running: Installation) -> None:
    page.locator(".component[data-id='kube-controller-manager'] .body").click()
    switch = page.locator("#object [role=switch][aria-label='Power of kube-controller-manager.replicaset']")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(page.locator(".component[data-id='kube-controller-manager'] .facts")).to_contain_text("loops on")
    expect(page.locator(".component[data-id='kube-controller-manager'] .chip.off")).to_have_text("replicaset")
    switch.click()
    expect(page.locator(".component[data-id='kube-controller-manager'] .chip.off")).to_have_count(0)


def test_a_node_is_cordoned_drained_cut_off_and_started_from_the_page(page: Page) -> None:
    page.locator(".node[data-node='worker-1'] .node-title").click()
    panel, state = page.locator("#object"), page.locator(".node[data-node='worker-1'] .node-state")
    panel.get_by_role("button", name="Cordon").click()
    expect(state).to_contain_text("cordoned")
    panel.get_by_role("button", name="Drain").click()
    expect(panel.locator("[role=status]")).to_contain_text("node/worker-1 drained")
    expect(page.locator("#pods .pod[data-node='worker-1']")).to_have_count(0)
    panel.get_by_role("button", name="Uncordon").click()
    expect(state).not_to_contain_text("cordoned")
    panel.get_by_role("button", name="Cut power").click()
    expect(state).to_contain_text("kubelet off")
    expect(page.locator(".component[data-id='runtime.worker-1'] .facts")).to_have_text("stopped")
    panel.get_by_role("button", name="Start").click()
    expect(page.locator(".component[data-id='kubelet.worker-1'].off")).to_have_count(0)


def test_what_was_shown_before_cannot_be_acted_upon_once_another_is_chosen(page: Page) -> None:
    panel, waiting, asked = page.locator("#object"), [], re.compile("/object/.id=node.worker-2")
    page.locator(".node[data-node='worker-1'] .node-title").click()
    expect(panel.get_by_role("heading", name="worker-1")).to_be_visible()
    page.route(asked, lambda route: waiting.append(route))
    page.locator(".node[data-node='worker-2'] .node-title").click()
    expect(panel.get_by_role("button", name="Delete")).to_have_count(0)
    expect(panel).to_contain_text("Reading")
    page.locator(".node[data-node='worker-1'] .node-title").click()
    expect(panel.get_by_role("heading", name="worker-1")).to_be_visible()
    waiting[0].continue_()  # too late: it must not be shown
    page.wait_for_timeout(300)
    expect(panel.get_by_role("heading", name="worker-1")).to_be_visible()
    page.unroute(asked)


def test_a_node_is_deleted_and_its_machine_goes(page: Page) -> None:
    page.once("dialog", lambda asked: asked.accept())
    page.locator(".node[data-node='worker-3'] .node-title").click()
    page.locator("#object").get_by_role("button", name="Delete").click()
    expect(page.locator("#fleet")).to_contain_text("2 of 2 Ready")
    expect(page.locator(".component[data-id='kubelet.worker-3']")).to_have_count(0)


def let_nodes_go_on(page: Page) -> None:
    """A kubelet may tell its node's status meanwhile, which is held as everything is."""
    others = page.locator("#held li", has_text="nodes/")
    while count := others.count():
        others.first.get_by_role("button", name="release").click()
        expect(others).not_to_have_count(count)


def test_step_by_step_every_message_of_a_pod_waits_and_is_released(page: Page) -> None:
    page.locator("[data-pace=step]").click()
    create(page, "slowly")
    held = page.locator("#held li")
    expect(held.filter(has_text="web-form → kube-apiserver: POST pods/slowly")).to_have_count(1)
    let_nodes_go_on(page)
    expect(held.first).to_contain_text("web-form → kube-apiserver: POST pods/slowly")
    expect(page.locator("#marks .token.held")).to_have_count(1)
    expect(page.locator("#story .step.now")).to_contain_text("held on the wire")
    page.locator("#step").click()
    expect(held.filter(has_text="kube-apiserver → kube-controller-manager")).to_have_count(1)
    let_nodes_go_on(page)
    held.first.get_by_role("button", name="release").click()
    expect(held.filter(has_text="✓ POST")).to_have_count(1)
    page.locator("[data-pace=real]").click()
    expect(page.locator("#held")).not_to_be_visible()
    expect(pod(page, "slowly", "Running")).to_have_count(1)


def test_a_slow_pace_is_kept_over_a_reload(page: Page) -> None:
    page.locator("[data-pace=slow]").click()
    page.reload()
    expect(page.locator("[data-pace=slow]")).to_have_attribute("aria-checked", "true")
    page.locator("[data-pace=real]").click()
    expect(page.locator("[data-pace=real]")).to_have_attribute("aria-checked", "true")
