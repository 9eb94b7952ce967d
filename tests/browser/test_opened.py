"""Components opened: their live inside, questions to the scheduler, a packet's way, and doing without one of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser


def look_into(page: Page, component: str, words: str) -> None:
    page.locator(f".component[data-id='{component}'] .body").click()
    expect(page.locator("#object h2")).to_contain_text(component)
    expect(page.locator("#object")).to_contain_text(words)


def test_every_component_shows_its_inside(page: Page, running: Installation) -> None:
    create(page, "seen")
    expect(pod(page, "seen", "Running")).to_have_count(1)
    look_into(page, "kube-apiserver", "The road of a request")
    expect(page.locator("#object .road li")).to_have_count(9)
    expect(page.locator("#object")).to_contain_text("kubelet.worker-1")
    look_into(page, "kube-controller-manager", "not as wished")
    look_into(page, "etcd", "readable from")
    node = running.kube("/api/v1/namespaces/default/pods/seen")[1]["spec"]["nodeName"]
    look_into(page, f"kubelet.{node}", "default/seen")
    look_into(page, f"runtime.{node}", "docker.io/library/nginx")
    look_into(page, f"kube-proxy.{node}", "default/kubernetes")


def test_the_scheduler_tells_its_decision_and_what_it_would_decide(page: Page) -> None:
    look_into(page, "kube-scheduler", "Its queues")
    decision = page.locator("#object .decision", has_text="default/seen")
    decision.locator("summary").click()
    expect(decision.locator(".won")).to_have_count(1)
    expect(decision).to_contain_text("untolerated taint")
    page.get_by_role("button", name="What if?", exact=True).click()
    page.fill("#w-f-nodeSelector", "kubernetes.io/hostname=worker-2")
    page.fill("#w-f-cpu", "much")
    page.get_by_role("button", name="Who would win?").click()
    expect(page.locator("#w-e-cpu")).to_contain_text("quantities")
    page.fill("#w-f-cpu", "1")
    page.get_by_role("button", name="Who would win?").click()
    expect(page.locator("#object [role=status]")).to_contain_text("worker-2 would get it")
    page.fill("#w-f-cpu", "900")
    page.get_by_role("button", name="Who would win?").click()
    expect(page.locator("#object [role=status]")).to_contain_text("Insufficient cpu")


def test_a_packet_lights_the_rule_it_meets(page: Page) -> None:
    look_into(page, "kube-proxy.worker-2", "default/kubernetes")
    page.locator("#object .rules .link").first.click()
    expect(page.locator("#object .rules .lit")).to_contain_text("default/kubernetes")
    expect(page.locator("#object .way")).to_contain_text("DNAT")
    page.fill("#w-f-port", "444")
    page.get_by_role("button", name="Follow it").click()
    expect(page.locator("#object")).to_contain_text("passed on unchanged")
    expect(page.locator("#object .rules .lit")).to_have_count(0)


def test_doing_without_the_scheduler_shows_the_stall_and_it_drains(page: Page, running: Installation) -> None:
    look_into(page, "kube-scheduler", "Its queues")
    page.get_by_role("button", name="Why it is needed").click()
    page.get_by_role("button", name="Stop it and try").click()
    expect(page.locator("#object .checks .open")).to_contain_text("waits for kube-scheduler")
    expect(page.locator(".component[data-id='kube-scheduler']")).to_have_class("component off")
    page.get_by_role("button", name="Start it again").click()
    expect(page.locator("#object")).to_contain_text("what waited is done")
    page.get_by_role("button", name="Delete what was made").click()
    expect(page.locator("#object").get_by_role("button", name="Stop it and try")).to_be_visible()


def test_a_loop_that_is_off_reconciles_once_when_it_is_told_to(page: Page, running: Installation) -> None:
    look_into(page, "kube-controller-manager", "not as wished")
    page.get_by_role("switch", name="Power of kube-controller-manager.replicaset").click()
    body = {
        "metadata": {"name": "few", "namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "few"}},
            "template": {
                "metadata": {"labels": {"app": "few"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            },
        },
    }
    assert running.kube("/apis/apps/v1/namespaces/default/replicasets", "POST", body)[0] == 201
    once = page.get_by_role("button", name="Let replicaset reconcile once")
    once.click()
    expect(page.locator("#pods .pod[aria-label*='default/few-']")).to_have_count(2)
    expect(page.locator("#object [role=status]")).to_contain_text("reconciled")
    expect(once).to_be_visible()


def test_nothing_was_against_the_policy(page: Page) -> None:
    assert page.complaints == []  # type: ignore[attr-defined]
