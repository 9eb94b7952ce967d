"""Filters mean the same of hops in the ring and of hops in the table."""

from __future__ import annotations

import pytest

from cluster.clock import VirtualClock
from cluster.recorder import query, sink
from cluster.recorder.query import Filter
from cluster.wire.hop import Hop
from cluster.wire.message import NOTHING
from cluster.wire.transport import Wire

POD = "/api/v1/namespaces/default/pods/"
SEEN = [
    ("kubectl", "kube-apiserver", "GET", f"{POD}web", "200", 0),
    ("kubelet.w", "kube-apiserver", "PATCH", f"{POD}web/status", "409", 1),
    ("kube-apiserver", "etcd", "Txn", "/registry/pods/default/other", "waiting", 2),
    ("kube-apiserver", "kubelet.w", "WATCH", f"{POD}webs", "delivered", 2),
    ("kubectl", "kube-apiserver", "POST", "/api/v1/namespaces/shop/pods/web", "unreachable", 0),
]


def record(wire: Wire) -> list[Hop]:
    found = []
    for source, target, verb, path, outcome, cause in SEEN:
        hop = wire.record(source, target, verb, path, cause)
        hop.outcome = outcome
        found.append(hop)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["ring", "table"])
@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(component="kubelet.w"), [2, 4]),
        (Filter(named="web"), [1, 2, 4, 5]),
        (Filter(named="default/web"), [1, 2, 4]),
        (Filter(ended=query.OK), [1, 4]),
        (Filter(ended=query.REFUSED), [2]),
        (Filter(ended=query.UNDER_WAY), [3]),
        (Filter(ended=query.LOST), [5]),
        (Filter(cause=2), [3, 4]),
        (Filter(before_hop=3), [1, 2]),
        (Filter(asks=frozenset({("PATCH", "pods"), ("POST", "pods"), ("GET", "nodes")})), [2, 5]),
        (Filter(component="kubectl", ended=query.OK, named="web"), [1]),
    ],
)
def test_a_filter_finds(where: str, wanted: Filter, ids: list[int]) -> None:
    wire = Wire("test", VirtualClock())
    hops = record(wire)
    if where == "table":
        sink.write([sink.Heard(hop, NOTHING, NOTHING) for hop in hops])
        last = wire.last_id
        wire = Wire("test", VirtualClock())
        wire.last_id = last
    assert [hop["id"] for hop in query.hops(wire, wanted)] == ids


@pytest.mark.django_db
def test_an_answer_asks_for_nothing() -> None:
    wire = Wire("test", VirtualClock())
    asked = record(wire)[0]
    answer = wire.record("kube-apiserver", "kubectl", "GET", f"{POD}web", asked.id)
    answer.answers = asked.id
    assert [hop["id"] for hop in query.hops(wire, Filter(asks=frozenset({("GET", "pods")})))] == [asked.id]


@pytest.mark.django_db
def test_the_newest_are_found_oldest_first() -> None:
    wire = Wire("test", VirtualClock())
    record(wire)
    assert [hop["id"] for hop in query.hops(wire, Filter(named="web", limit=2))] == [4, 5]
