"""The story of other journeys: a Deployment created and scaled, each with its steps; and the fourteen in upstream's words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import create
from tests.installation import Installation

pytestmark = pytest.mark.browser
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


def test_a_deployment_has_its_stories(page: Page, running: Installation) -> None:
    template = {"metadata": {"labels": {"app": "shop"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "shop"}}, "template": template}
    assert running.kube(DEPLOYMENTS, "POST", {"metadata": {"name": "shop"}, "spec": spec})[0] == 201
    expect(page.locator("#pods .pod[aria-label*='default/shop-'][aria-label$=Running]")).to_have_count(1)
    story = page.locator("#story")
    story.get_by_role("button", name="create shop").click()
    expect(story.locator("h2")).to_contain_text("A Deployment is created")
    expect(story.locator(".step.done")).to_have_count(11)
    merge = "application/merge-patch+json"
    assert running.kube(f"{DEPLOYMENTS}/shop", "PATCH", {"spec": {"replicas": 2}}, content_type=merge)[0] == 200
    story.get_by_role("button", name="scale shop").click()
    expect(story.locator("h2")).to_contain_text("A Deployment is scaled")
    expect(story.locator(".step", has_text="another size")).to_have_class(re.compile("done"))


def test_a_step_can_be_told_in_upstream_s_words(page: Page) -> None:
    create(page, "told")
    expect(page.locator("#story .step.done")).to_have_count(14)
    step = page.locator("#story .step").nth(6)
    step.locator("summary").click()
    expect(step).to_contain_text("SchedulingQueue.Pop")
