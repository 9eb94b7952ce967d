"""Messages become tokens, a bounded number a frame; heartbeats and what the page itself asks travel unseen."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.wire.hop import HELD, NOTE, WATCH, Hop
from cluster.wire.instrument import FINISHED, SENT
from cluster.wire.message import Payload
from dashboard.consumers.traffic import MOST_TOKENS, Traffic

PODS = "/api/v1/namespaces/default/pods"


def hop(
    source: str = "kubectl", target: str = "kube-apiserver", verb: str = "POST", path: str = PODS, **more: Any
) -> Hop:
    found = Hop("test", more.pop("id", 1), 5.0, source, target, verb, path)
    found.request = Payload(object=more.pop("body", {"metadata": {"name": "web"}}))
    for name, value in more.items():
        setattr(found, name, value)
    return found


def test_a_message_that_is_sent_is_a_token_once() -> None:
    traffic, sent = Traffic(), hop()
    assert traffic.hear(sent, SENT)
    sent.outcome = HELD
    assert not traffic.hear(sent, SENT)
    sent.outcome = "201"
    assert not traffic.hear(sent, FINISHED)
    assert traffic.take() == {"hops": [[1, "kubectl", "kube-apiserver", "POST pods/web", "201", 5.0]]}
    assert traffic.take() == {}


def test_an_event_is_a_token_once_whether_it_waited_or_not() -> None:
    traffic, event = Traffic(), hop("kube-apiserver", "kubelet.w", WATCH, detail="ADDED")
    assert traffic.hear(event, FINISHED)
    waited = hop("kube-apiserver", "kubelet.w", WATCH, detail="ADDED", id=2)
    assert traffic.hear(waited, SENT)
    assert not traffic.hear(waited, FINISHED)
    assert [each[3] for each in traffic.take()["hops"]] == ["ADDED pods/web"] * 2


@pytest.mark.parametrize(
    "unseen",
    [
        hop("dashboard"),
        hop("kube-apiserver", "dashboard", WATCH),
        hop("kubelet.w", path="/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w", verb="PUT"),
        hop("kubelet.w", "runtime.w", "Status", "/runtime.v1.RuntimeService/Status"),
        hop("kube-scheduler", path="/api/v1/namespaces/default/events"),
    ],
    ids=lambda each: f"{each.source} {each.path}",
)
def test_heartbeats_and_the_page_itself_are_unseen(unseen: Hop) -> None:
    assert not Traffic().hear(unseen, SENT)


def test_etcds_event_of_a_lease_is_no_token() -> None:
    traffic = Traffic()
    lease = {"kind": "Lease", "metadata": {"name": "w"}}
    traffic.hear(hop("etcd", "kube-apiserver", WATCH, "/registry/", body=lease), FINISHED)
    assert traffic.take() == {"hops": []}


def test_a_flood_is_counted_not_queued() -> None:
    traffic = Traffic()
    for number in range(MOST_TOKENS + 5):
        traffic.hear(hop(id=number + 1), SENT)
    found = traffic.take()
    assert len(found["hops"]) == MOST_TOKENS
    assert found["more"] == [["kubectl", "kube-apiserver", 5]]


def test_how_long_the_api_server_takes() -> None:
    traffic = Traffic()
    for number in range(100):
        traffic.hear(hop(outcome="200", latency_seconds=number / 1000), FINISHED)
    assert traffic.p99_ms() == 99.0


def test_a_note_says_what_it_is() -> None:
    traffic = Traffic()
    traffic.hear(hop("kube-scheduler", "kube-scheduler", NOTE, f"{PODS}/web", detail="Dequeue"), SENT)
    assert traffic.take()["hops"][0][3] == "Dequeue web"
