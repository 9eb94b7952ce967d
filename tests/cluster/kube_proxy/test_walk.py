"""A packet through the rules."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kube_proxy import walk
from cluster.kube_proxy.rules import Rule

TABLE = [
    Rule("default/web", "http", "TCP", "10.96.0.10", 80, ("10.244.0.2:8080", "10.244.1.2:8080")),
    Rule("default/empty", "", "TCP", "10.96.0.11", 80, ()),
    Rule("default/web", "http", "TCP", "*", 30080, ("10.244.0.2:8080",), "ClientIP"),
]


@pytest.mark.parametrize(
    ("sent", "matched", "verdict", "words"),
    [
        (("TCP", "10.96.0.10", 80), 0, "sent to a pod", "probability 1/2"),
        (("UDP", "10.96.0.10", 80), None, "passed on unchanged", "No rule matches"),
        (("TCP", "10.96.0.10", 81), None, "passed on unchanged", "No rule matches"),
        (("TCP", "10.96.0.11", 80), 1, "rejected", "no ready endpoint"),
        (("TCP", "*", 30080), 2, "sent to a pod", "ClientIP affinity"),
    ],
)
def test_the_first_rule_of_address_port_and_protocol_is_met(
    sent: Any, matched: int | None, verdict: str, words: str
) -> None:
    found = walk.follow(TABLE, walk.packet(*sent))
    assert (found["matched"], found["verdict"]) == (matched, verdict)
    assert any(words in text for _, text in found["steps"])


@pytest.mark.parametrize(
    "wrong", [("ICMP", "10.0.0.1", 1), ("TCP", "here", 80), ("TCP", "10.0.0.1", 0), ("TCP", "10.0.0.1", "x")]
)
def test_what_is_no_packet_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"protocol|IPv4|port"):
        walk.packet(*wrong)
