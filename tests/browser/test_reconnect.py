"""A page that loses its socket catches up from the last revision it saw: no change missed, none told twice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import pod
from tests.installation import Installation

pytestmark = pytest.mark.browser
PODS = "/api/v1/namespaces/default/pods"
CUT = "import('/static/js/socket.js').then((module) => module.follow.socket.close())"
LISTEN = "if (!window.told) document.addEventListener('kubelearn:change', (event) => told.push(event.detail)); window.told = []"


def make(running: Installation, name: str) -> None:
    body = {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    assert running.kube(PODS, "POST", body)[0] == 201


def told(page: Page, name: str) -> list[dict[str, Any]]:
    return [each for each in page.evaluate("told") if each["key"] == f"default/{name}"]


def test_cut_off_while_pods_change_it_misses_nothing_and_doubles_nothing(page: Page, running: Installation) -> None:
    page.evaluate(LISTEN)
    make(running, "early")
    expect(pod(page, "early", "Running")).to_have_count(1)
    for number in range(6):
        page.evaluate(CUT)
        make(running, f"wave-{number}")
        if number:
            running.kube(f"{PODS}/wave-{number - 1}?gracePeriodSeconds=0", "DELETE")
    expect(pod(page, "wave-5", "Running")).to_have_count(1)
    expect(page.locator("#live")).to_have_text("live")
    expect(page.locator("#pods .pod[tabindex]")).to_have_count(2)
    everything = page.evaluate("told")
    revisions = [(each["key"], each["revision"], each["what"]) for each in everything]
    assert len(revisions) == len(set(revisions)), "a change was told twice"
    for name in ("early", *(f"wave-{number}" for number in range(6))):
        seen = [each["revision"] for each in told(page, name)]
        assert seen == sorted(seen), f"{name}: {seen}"
    last = {each["key"]: each for each in everything if each["kind"] == "Pod"}
    living = {f"default/{each['metadata']['name']}": each for each in running.kube(PODS)[1]["items"]}
    assert {key for key, each in last.items() if each["what"] != "gone"} == set(living)
    for key, each in living.items():
        assert last[key]["revision"] == int(each["metadata"]["resourceVersion"])
    assert all(last.get(f"default/wave-{number}", {"what": "gone"})["what"] == "gone" for number in range(5))


def test_over_a_kill_of_the_server_it_comes_back_to_what_is(page: Page, running: Installation) -> None:
    page.evaluate(LISTEN)
    make(running, "before")
    expect(pod(page, "before", "Running")).to_have_count(1)
    known = max(each["revision"] for each in told(page, "before"))
    running.kill()
    expect(page.locator("#live")).to_have_text("reconnecting")
    page.evaluate("told.length = 0")
    running.start()
    make(running, "afterwards")
    expect(page.locator("#live")).to_have_text("live")
    expect(pod(page, "afterwards", "Running")).to_have_count(1)
    expect(pod(page, "before", "Running")).to_have_count(1)
    again = [each["revision"] for each in told(page, "before")]
    assert all(revision > known for revision in again), "what was seen before is told again"
    assert len(again) == len(set(again))
