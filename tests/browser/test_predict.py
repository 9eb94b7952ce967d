"""Predict mode: held messages are asked about, the live hop judges, the score is kept."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import create
from tests.installation import Installation


def test_a_prediction_is_judged_by_what_is_sent_next(page: Page, running: Installation, tmp_path: Path) -> None:
    running.api("/api/clusters/demo/breakpoints/", "POST", {"step": 6, "once": True})
    page.click("#predicting")
    expect(page.locator("#predict")).to_contain_text("Nothing is held")
    create(page, "guess")
    question = page.locator("#predict form")
    expect(question).to_contain_text("guess")
    expect(question.locator("label")).not_to_have_count(1)
    wrong = question.locator("label", has_text="kube-scheduler → etcd")
    wrong.first.check()
    question.locator("button.main").click()
    page.locator("#predict button.main", has_text="Let it go").click()
    verdict = page.locator("#predict .verdict.wrong")
    expect(verdict).to_contain_text("The scheduler")
    expect(verdict).to_contain_text("kube-scheduler → kube-scheduler")
    expect(page.locator("#predict-title")).to_contain_text("0 right, 1 wrong")
    page.reload()
    expect(page.locator("#predict-title")).to_contain_text("0 right, 1 wrong")
    running.api("/api/clusters/demo/breakpoints/", "POST", {"step": 8, "once": True})
    create(page, "again")
    question.locator("label", has_text="kube-apiserver → etcd").first.check()
    question.locator("button.main").click()
    page.locator("#predict button.main", has_text="Let it go").click()
    expect(page.locator("#predict .verdict.right")).to_be_visible()
    expect(page.locator("#predict-title")).to_contain_text("1 right, 1 wrong")
    page.locator("#predict [data-open-hop]").click()
    expect(page.locator("#wire article.hop")).to_contain_text("Txn")
    assert page.complaints == []  # type: ignore[attr-defined]  # for the tests
