"""The page in a real browser: the link opens it, the form makes a pod, its fourteen steps light, everything can be told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser


def test_the_link_opens_the_diagram_once(page: Page, running: Installation, browser: Browser) -> None:
    expect(page).to_have_url(re.compile("/c/demo/$"))
    again = browser.new_page()
    again.goto(running.link())
    expect(again.locator("main")).to_contain_text("used before")
    again.goto(f"http://{running.http}/c/demo/")
    expect(again).to_have_url(re.compile("/login/"))
    again.close()


def test_the_picture_has_every_part(page: Page) -> None:
    parts = ["kubectl", "web-form", "etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager"]
    nodes = ["control-plane", "worker-1", "worker-2", "worker-3"]
    parts += [f"{part}.{node}" for node in nodes for part in ("kubelet", "kube-proxy", "runtime")]
    for part in parts:
        expect(page.locator(f"#diagram .component[data-id='{part}']")).to_have_count(1)
    expect(page.locator("#diagram .node[data-node=control-plane]")).to_contain_text("tainted NoSchedule")


def test_the_form_makes_a_pod_and_all_fourteen_steps_light_each_with_its_hop(page: Page) -> None:
    page.evaluate(
        "window.travelled = []; new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach("
        "(node) => node.classList?.contains('tag') && setTimeout(() => travelled.push(node.textContent), 20))))"
        ".observe(document.getElementById('tokens'), {childList: true})"
    )
    create(page, "shop", labels="app=shop,tier=front", cpu="100m", memory="64Mi")
    expect(page.locator("#create-dialog")).not_to_be_visible()
    expect(page.locator("#story h2")).to_contain_text("default/shop")
    expect(page.locator("#story .step.done")).to_have_count(14)
    expect(page.locator("#story .step [data-hop]")).to_have_count(14)
    expect(pod(page, "shop", "Running")).to_have_count(1)
    expect(page.locator("#diagram .pod.followed")).to_have_count(1)
    expect(page.locator("#announce")).to_contain_text("Step 14, done")
    assert any("pods/shop" in text for text in page.evaluate("travelled")), "no token told of the pod"


def test_a_chosen_message_shows_all_it_carried_and_why_it_was_sent(page: Page) -> None:
    page.locator("#story .step").nth(7).locator(".link").click()
    wire = page.locator("#wire")
    expect(wire.locator("h2")).to_contain_text("kube-scheduler → kube-apiserver")
    expect(wire.locator(".line").first).to_have_text("/api/v1/namespaces/default/pods/shop/binding")
    expect(wire.locator("table.headers").first).to_contain_text("user-agent")
    expect(wire.locator("pre").first).to_contain_text('"kind": "Binding"')
    expect(wire).to_contain_text("Answer")
    wire.locator(".causes .link").first.click()
    expect(wire.locator("h2")).to_contain_text("kube-scheduler → kube-scheduler")
    page.get_by_role("button", name="the messages").click()
    expect(wire.locator(".hop-row").nth(5)).to_be_visible()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Bad_Name", "RFC 1123"),
        ("image", " ", "Required value"),
        ("labels", "a=b c", "a valid label must be"),
        ("labels", "nonsense", "not key=value"),
        ("memory", "much", "quantities must match"),
        ("command", "echo 'open", "No closing quotation"),
    ],
)
def test_a_fault_stands_beside_its_field(page: Page, field: str, value: str, words: str) -> None:
    create(page, "faulty", **{field: value}) if field != "name" else create(page, value)
    expect(page.locator(f"#e-{field}")).to_contain_text(words)
    expect(page.locator(f"#f-{field}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#f-{field}")).to_be_focused()
    page.reload()


def test_what_the_api_server_refuses_stands_above_the_form_and_ends_the_story_in_red(page: Page) -> None:
    create(page, "shop")
    expect(page.locator("#pod-form [role=alert]")).to_contain_text('pods "shop" already exists')
    page.keyboard.press("Escape")
    expect(page.locator("#story .fault")).to_contain_text("already exists")
    expect(page.locator("#story .step.refused")).to_have_count(1)
    expect(page.locator("#marks .tag.bad")).to_contain_text("refused")


def test_pods_are_amber_red_and_grey_by_phase_and_vanish(page: Page, running: Installation) -> None:
    create(page, "lost", "nginx:missing")
    expect(page.locator("#pods .pod.crash[aria-label*='default/lost: ']")).to_have_count(1)
    expect(page.locator("#story")).to_contain_text("failed to pull")
    create(page, "short", "hello-world", restartPolicy="Never")
    expect(page.locator("#pods .pod.end[aria-label='pod default/short: Completed']")).to_have_count(1)
    create(page, "large", cpu="900")
    expect(page.locator("#pods .pod.pend[aria-label='pod default/large: Pending']")).to_have_count(1)
    expect(page.locator("#story")).to_contain_text("Insufficient cpu")
    page.locator("#pods [aria-label*='default/lost']").click()
    expect(page.locator("#object")).to_contain_text("lost")
    page.locator("#object").get_by_role("button", name="Delete").click()
    expect(page.locator("#pods [aria-label*='default/lost']")).to_have_count(0)


def test_upstream_mode_leaves_two_and_three_out_and_the_page_explains_it(page: Page) -> None:
    def change(mode: str) -> None:
        page.locator("details.menu summary", has_text="mode").click()
        expect(page.locator(".popover.wide", has_text="Course mode")).to_contain_text("asks no controller")
        page.check(f"input[name=mode][value={mode}]")
        page.get_by_role("button", name="Save the mode").click()
        expect(page.locator("details.menu summary", has_text=f"{mode} mode")).to_be_visible()
        expect(page.locator("#live")).to_have_text("live")

    change("upstream")
    create(page, "above")
    expect(page.locator("#story .step.skipped")).to_have_count(2)
    expect(page.locator("#story .step.done")).to_have_count(12)
    expect(page.locator("#story .step").nth(1)).to_contain_text("asks no controller")
    change("course")


def test_other_clients_journeys_can_be_chosen(page: Page, running: Installation) -> None:
    body: dict[str, Any] = {
        "metadata": {"name": "bound"},
        "spec": {"nodeName": "worker-2", "containers": [{"name": "c", "image": "nginx"}]},
    }
    assert running.kube("/api/v1/namespaces/default/pods", "POST", body)[0] == 201
    page.locator("#story .others .chip", has_text="default/bound").click()
    expect(page.locator("#story h2")).to_contain_text("default/bound")
    expect(page.locator("#story .step.skipped")).to_have_count(3)
    expect(page.locator("#story .step").nth(5)).to_contain_text("names its node itself")
    expect(page.locator("#story .step").nth(13)).to_contain_text("has not asked")


def test_names_and_texts_are_shown_and_never_interpreted(page: Page, running: Installation) -> None:
    name = "x" * 253
    wicked = "<img src=x onerror=alert(1)>\u202eabc 😀"
    body = {
        "metadata": {"name": name, "annotations": {"note": wicked}},
        "spec": {"containers": [{"name": "c", "image": "nginx", "command": [wicked]}]},
    }
    assert running.kube("/api/v1/namespaces/default/pods", "POST", body)[0] == 201
    shown = page.locator(f"#pods [aria-label='pod default/{name}: Running']")
    expect(shown).to_have_count(1)
    shown.click()
    page.locator("#object .views").get_by_role("button", name="YAML").click()
    expect(page.locator("#object .yaml")).to_contain_text(wicked)
    page.locator("#object .views").get_by_role("button", name="Facts").click()
    page.locator("#object").get_by_role("button", name="Its story").click()
    expect(page.locator("#story h2")).to_contain_text(name)
    assert page.locator("main img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_was_against_the_policy(page: Page) -> None:
    assert page.complaints == []  # type: ignore[attr-defined]
