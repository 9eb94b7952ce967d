"""The list of clusters: make one, set it up, delete it; each is its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_cluster_is_made_set_up_and_deleted(page: Page) -> None:
    home = page.url.partition("/c/")[0]
    page.goto(home)
    page.fill("#f-name", "Second!")
    page.get_by_role("button", name="Create cluster").click()
    expect(page.locator("#e-name")).to_contain_text("lower-case")
    page.fill("#f-name", "second")
    page.fill("#f-workers", "4")
    page.select_option("select[name=mode]", "upstream")
    page.get_by_role("button", name="Create cluster").click()
    expect(page).to_have_url(re.compile("/c/second/$"))
    expect(page.locator("#fleet")).to_contain_text("4 of 4 Ready")
    expect(page.locator(".bar")).to_contain_text("upstream mode")
    expect(page.locator("#diagram .overview .square")).to_have_count(4)
    page.locator("#diagram .turn[aria-label='Later nodes']").click()
    expect(page.locator(".node[data-node='worker-4']")).to_have_count(1)
    page.goto(home)
    card = page.locator(".card", has_text="second")
    expect(card).to_contain_text("5 of 5 nodes Ready")
    card.locator("summary").click()
    card.locator("input[value=course]").check()
    card.get_by_role("button", name="Save the mode").click()
    expect(page.locator(".card", has_text="second")).to_contain_text("course mode")
    card = page.locator(".card", has_text="second")
    card.locator("summary").click()
    card.locator("input[name=confirm]").fill("second")
    card.get_by_role("button", name="Delete second").click()
    expect(page.locator(".card", has_text="second")).to_have_count(0)
    expect(page.locator(".card", has_text="demo")).to_have_count(1)


def test_a_control_plane_of_three_shows_who_leads_and_who_follows(page: Page) -> None:
    home = page.url.partition("/c/")[0]
    page.goto(home)
    page.fill("#f-name", "three")
    page.fill("#f-workers", "1")
    page.select_option("select[name=control_planes]", "3")
    page.get_by_role("button", name="Create cluster").click()
    expect(page).to_have_url(re.compile("/c/three/$"))
    chips = page.locator(".component[data-id='kube-scheduler'] .instances .chip")
    expect(chips).to_have_count(3)
    expect(page.locator(".component[data-id='kube-scheduler'] .instances .chip.leads")).to_have_count(1)
    page.locator(".component[data-id='kube-scheduler'] .body").click()
    rows = page.locator("#object table.grid tbody tr")
    leader = rows.filter(has_text="leads")
    expect(rows).to_have_count(3)
    name = leader.locator("th").inner_text()
    leader.get_by_role("switch").click()
    expect(rows.filter(has_text=re.compile("stopped"))).to_contain_text(name)
    expect(page.locator(".component[data-id='kube-scheduler'] .instances .chip.off")).to_have_count(1)
    page.goto(home)
    page.locator(".card", has_text="three").locator("summary").click()
    page.locator(".card", has_text="three").locator("input[name=confirm]").fill("three")
    page.get_by_role("button", name="Delete three").click()
    expect(page.locator(".card", has_text="three")).to_have_count(0)
