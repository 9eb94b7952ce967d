"""Undo: the cluster is put back to a revision, after the page has said what will change."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation

pytestmark = pytest.mark.browser
MAPS = "/api/v1/namespaces/default/configmaps"


def config_map(name: str, value: str) -> dict[str, object]:
    return {"metadata": {"name": name}, "data": {"value": value}}


def test_the_cluster_is_put_back_to_a_revision(page: Page, running: Installation) -> None:
    assert running.kube(MAPS, "POST", config_map("changed", "old"))[0] == 201
    status, kept = running.kube(MAPS, "POST", config_map("deleted", "here"))
    assert status == 201
    revision = kept["metadata"]["resourceVersion"]
    assert running.kube(f"{MAPS}/changed", "PUT", config_map("changed", "new"))[0] == 200
    assert running.kube(f"{MAPS}/deleted", "DELETE")[0] == 200
    assert running.kube(MAPS, "POST", config_map("created", "late"))[0] == 201
    page.keyboard.press("Control+k")
    page.locator(".palette input").fill("undo")
    page.keyboard.press("Enter")
    page.fill("#back-revision", revision)
    page.get_by_role("button", name="What would change?").click()
    sheet = page.locator("#sheet-body")
    expect(sheet).to_contain_text("To create: 1 · to change: 1 · to delete: 1")
    expect(sheet.locator("tr", has_text="default/created")).to_contain_text("delete")
    assert running.kube(f"{MAPS}/created")[0] == 200, "nothing is done before it is confirmed"
    sheet.get_by_role("button", name=f"Put back to revision {revision}").click()
    expect(sheet.locator(".tag.good")).to_have_count(3)
    expect(sheet.locator("[role=status]")).to_have_text("The cluster is put back.")
    assert running.kube(f"{MAPS}/changed")[1]["data"] == {"value": "old"}
    assert running.kube(f"{MAPS}/deleted")[1]["data"] == {"value": "here"}
    assert running.kube(f"{MAPS}/created")[0] == 404
    sheet.get_by_role("button", name="What would change?").click()
    expect(sheet).to_contain_text("Nothing differs")


def test_a_revision_that_cannot_be_is_said_so(page: Page) -> None:
    page.fill("#back-revision", "999999")
    page.get_by_role("button", name="What would change?").click()
    expect(page.locator("#sheet-body [role=alert]")).to_contain_text("Choose a revision from 1 to")
    page.locator("#sheet").get_by_role("button", name="Close").click()


def test_nothing_was_against_the_policy(page: Page) -> None:
    assert page.complaints == []  # type: ignore[attr-defined]
