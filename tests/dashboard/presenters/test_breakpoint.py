"""What a person says is read into a rule, and said back in words; the steps of the table find their hops."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apis.all_kinds import REGISTRY
from cluster.wire.hop import Hop
from cluster.wire.message import Payload, Request, Response
from cluster.wire.rule import CLIENT
from dashboard.presenters import breakpoint

PODS = "/api/v1/namespaces/default/pods"
KEY = "/registry/pods/default/web"
RUNTIME = "/runtime.v1.RuntimeService/CreateContainer"
POD: dict[str, Any] = {"metadata": {"name": "web", "namespace": "default"}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"step": 8}, "step 8 of a pod's journey (kube-scheduler → kube-apiserver)"),
        ({"source": "kubectl", "target": "kube-apiserver"}, "kubectl → kube-apiserver"),
        ({"source": "etcd", "either_way": "1", "verb": "Txn"}, "etcd ↔ anybody · Txn"),
        ({"source": CLIENT, "once": True}, "any client → anybody · once"),
        ({"component": "kube-controller-manager"}, "messages from and to kube-controller-manager"),
        ({"kind": "deploy", "name": "web-*", "labels": "app=web"}, "messages · about deployments · named web-* · with app=web"),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_said_back(given: dict[str, Any], words: str) -> None:
    assert breakpoint.read(REGISTRY, given).title == words


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "say which messages"),
        ({"once": True}, "say which messages"),
        ({"step": 15}, "1 to 14"),
        ({"step": "x"}, "1 to 14"),
        ({"kind": "Pot"}, 'there is no kind "Pot"'),
        ({"labels": "a==b==c"}, "found '=='"),
    ],
)
def test_what_is_no_breakpoint_is_refused_in_words(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        breakpoint.read(REGISTRY, given)


class Road:
    """The messages of one pod's creation, by step."""

    def __init__(self) -> None:
        self.hops: dict[int, Hop] = {}
        self.by_id: dict[int, Hop] = {}
        self.asked(1, "kubectl", "kube-apiserver", "POST", PODS)
        self.asked(2, "kube-apiserver", "kube-controller-manager", "POST", "/admit", cause=1)
        self.answered(3, 2)
        self.asked(4, "kube-apiserver", "etcd", "Txn", KEY, cause=1)
        self.answered(5, 4)
        self.event(6, "kube-scheduler", "ADDED")
        self.asked(7, "kube-scheduler", "kube-scheduler", "NOTE", f"{PODS}/web").detail = "Dequeue"
        self.asked(8, "kube-scheduler", "kube-apiserver", "POST", f"{PODS}/web/binding")
        self.event(9, "kubelet.worker-1", "MODIFIED")
        self.asked(10, "kubelet.worker-1", "runtime.worker-1", "CreateContainer", RUNTIME)
        self.asked(0, "kubelet.worker-1", "runtime.worker-1", "StartContainer", RUNTIME)
        self.answered(11, 0)
        self.asked(12, "kubelet.worker-1", "kube-apiserver", "PATCH", f"{PODS}/web/status")
        self.asked(13, "kube-apiserver", "etcd", "Txn", KEY, cause=12)
        self.event(14, "kubectl", "MODIFIED")

    def hop(self, step: int, source: str, target: str, verb: str, path: str) -> Hop:
        hop = Hop("test", len(self.by_id) + 1, 0.0, source, target, verb, path)
        self.by_id[hop.id] = self.hops[step] = hop
        return hop

    def asked(self, step: int, source: str, target: str, verb: str, path: str, cause: int = 0) -> Hop:
        hop = self.hop(step, source, target, verb, path)
        hop.cause = self.hops[cause].id if cause else 0
        hop.ask(Request(verb, path, body=Payload(object=POD)))
        return hop

    def answered(self, step: int, question: int) -> None:
        asked = self.hops[question]
        hop = self.hop(step, asked.target, asked.source, asked.verb, asked.path)
        hop.cause = asked.id
        hop.answer(asked, Response(200))

    def event(self, step: int, target: str, detail: str) -> None:
        hop = self.hop(step, "kube-apiserver", target, "WATCH", PODS)
        hop.detail, hop.request = detail, Payload(object=POD)


@pytest.mark.parametrize("step", range(1, 15))
def test_a_breakpoint_on_a_step_finds_that_step_of_the_road(step: int) -> None:
    road, rule = Road(), breakpoint.read(REGISTRY, {"step": step, "name": "web"})
    found = [number for number, hop in road.hops.items() if rule.matching(hop, road.by_id.get)]
    assert found == [step]
