"""The forms: they show the YAML and the command as one types, make the object, and say the API server's faults."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation

pytestmark = pytest.mark.browser


def choose(page: Page, kind: str) -> None:
    if not page.locator("#create-dialog").is_visible():
        page.click("#create")
    page.locator("#create-dialog .kinds").get_by_role("button", name=kind, exact=True).click()
    expect(page.locator(f"#pod-form [data-form={kind}]")).to_have_attribute("aria-pressed", "true")


def test_the_pods_command_and_yaml_follow_what_is_typed(page: Page) -> None:
    page.click("#create")
    expect(page.locator("#pod-form .command")).to_have_text("kubectl run web --image=nginx")
    page.fill("#f-name", "one")
    page.fill("#f-command", "sleep 60")
    expect(page.locator("#pod-form .command")).to_have_text("kubectl run one --image=nginx --command -- sleep 60")
    page.fill("#f-cpu", "100m")
    expect(page.locator("#pod-form .command")).to_contain_text("kubectl create -f -")
    expect(page.locator("#pod-form .yaml-text")).to_contain_text("cpu: 100m")


def test_a_deployment_is_made_by_its_form(page: Page, running: Installation) -> None:
    choose(page, "Deployment")
    page.fill("#f-name", "shop")
    page.fill("#f-replicas", "2")
    command = "kubectl create deployment shop --image=nginx --replicas=2"
    expect(page.locator("#pod-form .command")).to_have_text(command)
    page.locator("#pod-form summary", has_text="defaults").click()
    expect(page.locator("#pod-form .came", has_text="maxSurge: 25%")).to_have_count(1)
    page.click("#pod-form button.main")
    expect(page.locator("#create-dialog")).not_to_be_visible()
    expect(page.locator("#object h2")).to_contain_text("Deployment shop")
    assert running.kube("/apis/apps/v1/namespaces/default/deployments/shop")[1]["spec"]["replicas"] == 2
    page.locator("#object .views").get_by_role("button", name="History").click()
    expect(page.locator("#object .grid")).to_contain_text("web-form as owner")


def test_the_api_servers_fault_stands_beside_its_field(page: Page, running: Installation) -> None:
    choose(page, "Service")
    page.fill("#f-name", "shop")
    page.select_option("#f-type", "NodePort")
    page.fill("#f-nodePort", "99")
    page.click("#pod-form button.main")
    expect(page.locator("#e-nodePort")).to_contain_text("provided port is not in the valid range")
    expect(page.locator("#f-nodePort")).to_be_focused()
    page.fill("#f-nodePort", "30099")
    page.click("#pod-form button.main")
    expect(page.locator("#object h2")).to_contain_text("Service shop")
    assert running.kube("/api/v1/namespaces/default/services/shop")[1]["spec"]["ports"][0]["nodePort"] == 30099


def test_a_node_made_by_its_form_gets_a_machine(page: Page) -> None:
    choose(page, "Node")
    page.fill("#f-name", "gpu-1")
    page.fill("#f-taints", "gpu=yes:NoSchedule")
    page.click("#pod-form button.main")
    expect(page.locator("#object h2")).to_contain_text("gpu-1")
    expect(page.locator("#object .tag.good")).to_have_text("Ready")


def test_nothing_was_against_the_policy(page: Page) -> None:
    assert page.complaints == []  # type: ignore[attr-defined]
