"""Objects of any kind: found by their key, folded, compared, related, edited with the API server's faults beside the lines."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create, pod
from tests.installation import Installation

pytestmark = pytest.mark.browser


def view(page: Page, name: str) -> None:
    page.locator("#object .views").get_by_role("button", name=name).click()


def test_any_object_is_found_by_its_key(page: Page, running: Installation) -> None:
    body = {"metadata": {"name": "settings"}, "data": {"wicked": "<b onclick=alert(1)>\u202eabc"}}
    assert running.kube("/api/v1/namespaces/default/configmaps", "POST", body)[0] == 201
    page.click("#tab-object")
    page.locator("#object").get_by_role("button", name="etcd's keys").click()
    for step in ("configmaps/", "default/", "settings"):
        page.locator("#object .keytree").get_by_role("button", name=step, exact=True).click()
    expect(page.locator("#object h2")).to_contain_text("ConfigMap settings")
    view(page, "YAML")
    expect(page.locator("#object .yaml")).to_contain_text("<b onclick=alert(1)>")
    data = page.locator("#object .yaml details", has_text="wicked").last
    data.locator("summary").first.click()
    expect(data.locator("li", has_text="wicked")).not_to_be_visible()


def test_a_fault_stands_beside_its_line_and_what_is_right_is_written(page: Page, running: Installation) -> None:
    view(page, "Edit")
    text = page.locator("#edit-text")
    good = text.input_value()
    text.fill(good.replace("name: settings", "name: settings\n  labels:\n    tier: not good"))
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#object .faults")).to_contain_text("metadata.labels")
    page.locator("#object .faults [data-line]").click()
    assert "labels" in text.evaluate("(one) => one.value.slice(one.selectionStart, one.selectionEnd)")
    text.fill(good.replace("name: settings", "name: settings\n  labels:\n    tier: front"))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#object .came", has_text="tier: front")).to_have_count(1)
    labels = running.kube("/api/v1/namespaces/default/configmaps/settings")[1]["metadata"]
    assert "labels" not in labels
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#object [role=status]")).to_contain_text("Written as revision")
    view(page, "History")
    expect(page.locator("#object .came", has_text="tier: front")).to_have_count(1)
    expect(page.locator("#object .grid")).to_contain_text("web-form as owner")


def test_a_pod_tells_its_events_its_conditions_and_its_owner(page: Page, running: Installation) -> None:
    template = {"metadata": {"labels": {"app": "fam"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "fam"}}, "template": template}
    made = {"metadata": {"name": "fam"}, "spec": spec}
    assert running.kube("/apis/apps/v1/namespaces/default/deployments", "POST", made)[0] == 201
    page.locator("#pods .pod:not(.gone)[aria-label*='default/fam-']").click()
    view(page, "Events")
    expect(page.locator("#object")).to_contain_text("Successfully assigned")
    expect(page.locator("#object .headers")).to_contain_text("PodScheduled")
    view(page, "Family")
    page.locator("#object .family").get_by_role("button", name="Deployment fam").click()
    view(page, "Family")
    expect(page.locator("#object .family")).to_contain_text("Pod fam-")


def test_two_revisions_of_a_pod_are_compared(page: Page) -> None:
    create(page, "compared")
    pod_of = pod(page, "compared", "Running")
    expect(pod_of).to_have_count(1)
    pod_of.click()  # type: ignore[attr-defined]  # a locator
    view(page, "History")
    page.locator("#object input[name=old]").last.check()
    expect(page.locator("#object .came", has_text="nodeName")).to_have_count(1)


def test_nothing_was_against_the_policy(page: Page) -> None:
    assert page.complaints == []  # type: ignore[attr-defined]
