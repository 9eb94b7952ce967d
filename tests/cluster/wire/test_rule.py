"""Which hops a rule means: by ends, message, object, labels and cause; and that rules are plain data."""

from __future__ import annotations

import pytest

from cluster.wire import rule
from cluster.wire.message import Payload, Request, Response
from cluster.wire.rule import CLIENT, DELAY, HOLD, Rule

from .conftest import PODS, Room

CREATE = Request("POST", PODS, body=Payload(object={"metadata": {"name": "web", "namespace": "default"}}))


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        (Rule(HOLD, component="kube-apiserver"), True),
        (Rule(HOLD, component="kubectl"), True),
        (Rule(HOLD, component="etcd"), False),
        (Rule(HOLD, source=CLIENT), True),
        (Rule(HOLD, target=CLIENT), False),
        (Rule(HOLD, source="kube-apiserver", target="kubectl"), False),
        (Rule(HOLD, source="kube-apiserver", target="kubectl", either_way=True), True),
        (Rule(HOLD, path="/pods"), True),
        (Rule(HOLD, path="/binding"), False),
        (Rule(HOLD, answer=True), False),
        (Rule(HOLD, answer=False), True),
        (Rule(HOLD, resource="pods", namespace="default", name="w*"), True),
        (Rule(HOLD, resource="pods", namespace="kube-system"), False),
        (Rule(HOLD, labels="app=web"), True),
        (Rule(HOLD, labels="app in (db)"), False),
        (Rule(HOLD, detail="ADDED"), False),
        (Rule(HOLD, caused_by="POST /pods"), False),
    ],
)
def test_conditions_of_a_rule(wire: Room, wanted: Rule, matches: bool) -> None:
    hop = wire.record("kubectl", "kube-apiserver", "POST", PODS, 0)
    hop.ask(CREATE)
    assert wanted.matching(hop, wire.ring.get, lambda _: {"app": "web"}) is matches


def test_a_write_and_its_answer_are_found_by_what_caused_the_write(wire: Room) -> None:
    asked = wire.record("kubectl", "kube-apiserver", "POST", PODS, 0)
    write = wire.record("kube-apiserver", "etcd", "Txn", "/registry/pods/default/web", asked.id)
    write.ask(Request("Txn", write.path))
    answer = wire.record("etcd", "kube-apiserver", "Txn", write.path, write.id)
    answer.answer(write, Response(200))
    wanted = Rule(HOLD, verb="Txn", caused_by="POST /pods")
    assert [wanted.matching(hop, wire.ring.get) for hop in (asked, write, answer)] == [False, True, True]
    assert not Rule(HOLD, verb="Txn", caused_by="PATCH /status").matching(write, wire.ring.get)


def test_a_rule_is_kept_as_data_and_what_is_unknown_is_left_out() -> None:
    wanted = Rule(DELAY, target="etcd", delay_seconds=2, purpose=rule.FAULT, labels="app=web", matches=3)
    assert rule.from_dict({**wanted.as_dict(), "of": "a later version"}) == wanted


@pytest.mark.parametrize("wrong", [Rule("break"), Rule(DELAY, delay_seconds=-1), Rule(HOLD, labels="a==b==c")])
def test_what_is_no_rule_is_refused(wrong: Rule) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each says its own
        wrong.check()
