"""Pods as their owners count them: tallies follow every change and end empty."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import labels, meta
from cluster.client.informer import Informer
from cluster.clock import VirtualClock
from cluster.controllers import pods as pod_facts
from cluster.controllers.pods import Tallies


def pod(uid: str, owner: str = "rs", *, ready: bool = False, phase: str = "Running", **metadata: Any) -> dict[str, Any]:
    references = [{"uid": owner, "kind": "ReplicaSet", "name": "web", "controller": True}] if owner else []
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    found = {"name": "web", "uid": uid, "labels": {"app": "web"}, "ownerReferences": references, **metadata}
    return {"metadata": found, "status": {"phase": phase, "conditions": conditions}}


def counted(tallies: Tallies, owner: str = "rs") -> dict[tuple[bool, bool, bool], int]:
    return {(facts.active, facts.ready, facts.terminating): count for facts, count in tallies.of(owner).items()}


def test_pods_of_the_same_facts_are_one_entry() -> None:
    tallies = Tallies()
    first, second = pod("1"), pod("2")
    tallies.update(None, first)
    tallies.update(None, second)
    assert counted(tallies) == {(True, False, False): 2}
    tallies.update(second, pod("2", ready=True))
    assert counted(tallies) == {(True, False, False): 1, (True, True, False): 1}


def test_a_pod_that_ends_or_is_being_deleted_is_not_active() -> None:
    tallies = Tallies()
    tallies.update(None, pod("1", phase="Failed"))
    tallies.update(None, pod("2", deletionTimestamp="2026-11-23T17:36:16Z"))
    assert counted(tallies) == {(False, False, False): 1, (False, False, True): 1}


def test_telling_the_same_twice_counts_once_and_all_gone_leaves_nothing() -> None:
    tallies = Tallies()
    tallies.update(None, pod("1"))
    tallies.update(None, pod("1"))
    assert counted(tallies) == {(True, False, False): 1}
    tallies.update(pod("1"), None)
    assert counted(tallies) == {}


def test_a_pod_that_changes_hands_moves() -> None:
    tallies = Tallies()
    tallies.update(None, pod("1", owner=""))
    assert counted(tallies) == {}
    tallies.update(pod("1", owner=""), pod("1"))
    assert counted(tallies) == {(True, False, False): 1}
    tallies.update(pod("1"), pod("1", owner="other"))
    assert (counted(tallies), counted(tallies, "other")) == ({}, {(True, False, False): 1})


def test_another_pod_of_the_same_name_takes_its_place() -> None:
    tallies = Tallies()
    tallies.update(None, pod("1", ready=True))
    tallies.update(pod("1", ready=True), pod("2"))
    assert counted(tallies) == {(True, False, False): 1}


def test_pods_of_other_labels_are_told_apart() -> None:
    tallies = Tallies()
    tallies.update(None, pod("1"))
    tallies.update(None, pod("2", labels={"app": "other"}))
    assert sorted(dict(facts.labels)["app"] for facts in tallies.of("rs")) == ["other", "web"]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("app=web", ["a", "b"]),
        ("app=web,tier in (x,y)", ["a"]),
        ("tier", ["a", "c"]),
        ("", ["a", "b", "c"]),
        ("no=one", []),
    ],
)
def test_a_selector_finds_the_pods_of_its_namespace(selector: str, found: list[str]) -> None:
    informer = Informer(None, VirtualClock(), "Pod", "", {})  # type: ignore[arg-type]  # it asks nobody
    marks: dict[str, dict[str, str]] = {"a": {"app": "web", "tier": "x"}, "b": {"app": "web"}, "c": {"tier": "y"}}
    for namespace in ("default", "other"):
        for name, each in marks.items():
            informer.store[f"{namespace}/{name}"] = {"metadata": {"name": name, "namespace": namespace, "labels": each}}
    pod_facts.index_for_selectors(informer)
    chosen = pod_facts.selected("default", labels.parse(selector), informer)
    assert sorted(meta.name_of(each) for each in chosen) == found
    assert all(meta.namespace_of(each) == "default" for each in chosen)
