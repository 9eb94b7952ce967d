"""Questions are made of real moves and of misconceptions; whatever follows a message follows by cause."""

from __future__ import annotations

import pytest

from dashboard.predictions import misconceptions, move, question, reactions
from dashboard.predictions.move import NOTHING, Move
from tests.dashboard.journeys.hops import OF_STEP, whole

ROLES = frozenset(
    {"etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubelet", "runtime", "kube-proxy"}
)
HOPS = {each["id"]: each for each in whole()}


@pytest.mark.parametrize(("step", "next_step"), [(1, 2), (2, 3), (4, 5), (6, 7), (11, 12), (12, 13)])
def test_what_really_follows_a_step_is_offered_without_any_record(step: int, next_step: int) -> None:
    held, after = HOPS[OF_STEP[step]], HOPS[OF_STEP[next_step]]
    offered = question.choices(held, reactions.moves(move.of(held), "course"), ROLES)
    assert any(each.matches(after) for each in offered if not each.misconception)
    assert move.follows(after, held, HOPS.get(held["answers"]))


def test_upstream_mode_writes_a_pod_without_asking() -> None:
    found = reactions.moves(move.of(HOPS[1]), "upstream")
    assert (found[0].target, found[0].act) == ("etcd", "Txn")


def test_no_misconception_is_a_message_of_a_real_journey() -> None:
    for each in misconceptions.MISCONCEPTIONS:
        believed = each.move("pods")
        assert not [hop for hop in whole() if hop["id"] > 1 and believed.matches(hop)], each.name


def test_names_are_unique_and_every_misconception_says_what_is_true() -> None:
    assert len(misconceptions.BY_NAME) == len(misconceptions.MISCONCEPTIONS)
    assert all(each.truth.endswith(".") for each in misconceptions.MISCONCEPTIONS)


def test_what_was_really_seen_is_not_offered_as_wrong() -> None:
    seen = Move("kube-scheduler", "etcd", "Range", "pods")
    offered = question.choices(HOPS[6], [seen], ROLES)
    assert [
        each for each in offered if (each.source, each.target, each.act) == ("kube-scheduler", "etcd", "Range")
    ] == [seen]


def test_the_order_is_the_same_for_everybody_and_tells_nothing() -> None:
    def places() -> list[int]:
        found = []
        for number in range(1, 40):
            held = {**HOPS[6], "id": number}
            offered = question.choices(held, reactions.moves(move.of(held), "course"), ROLES)
            found.append(
                next(index for index, each in enumerate(offered) if not each.misconception and each != NOTHING)
            )
        return found

    assert places() == places()
    assert len(set(places())) > 2


def test_without_a_fair_question_nothing_is_asked() -> None:
    assert question.choices(HOPS[6], [], ROLES) == []
    assert question.choices(HOPS[6], [Move("kube-scheduler", "kube-scheduler", "Dequeue")], frozenset({"etcd"})) == []


def test_another_journey_does_not_follow() -> None:
    assert not move.follows({**HOPS[7], "cause": 99}, HOPS[6], None)
    assert not move.follows({**HOPS[7], "source": "etcd"}, HOPS[6], None)
