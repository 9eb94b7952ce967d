"""The fourteen steps are read from hops that were sent; what was not sent is not told."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.journeys import steps
from dashboard.journeys.reading import About, read
from tests.dashboard.journeys.hops import PODS, RUNNING, hop, until, whole

FIELDS = {"upstream", "step", "source", "target", "sentence", "note", "state", "hop", "revision", "time", "touched"}
TOLD = hop(20, "kube-apiserver", "kubectl", "WATCH", PODS, detail="MODIFIED", revision=11)


def about(mode: str = "course", **more: Any) -> About:
    return About("default", "web", "u", mode, **{"running": RUNNING, **more})


def states(found: dict[str, Any]) -> list[str]:
    return [step["state"] for step in found["steps"]]


def test_the_table_is_fourteen_rows_of_data() -> None:
    assert [step.number for step in steps.STEPS] == list(range(1, 15))
    assert [(step.source, step.target) for step in steps.STEPS][6:9] == [
        ("kube-scheduler", "kube-scheduler"),
        ("kube-scheduler", "kube-apiserver"),
        ("kube-apiserver", "kubelet"),
    ]


def test_a_step_has_the_promised_fields_and_names_its_hop() -> None:
    found = read(about(user="alice", image="nginx"), [*whole(), TOLD])
    assert states(found) == ["done"] * 14
    assert found["done"]
    assert all(set(step) == FIELDS for step in found["steps"])
    assert [step["hop"] for step in found["steps"]] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 20]
    assert found["steps"][1]["sentence"] == "alice is known and may create pods. May pod web be?"
    assert found["steps"][4]["sentence"] == "Done: it is revision 9."
    assert found["steps"][9]["sentence"] == "Build the container from image nginx."
    assert (found["steps"][4]["revision"], found["steps"][6]["revision"]) == (9, None)


@pytest.mark.parametrize("step", range(1, 13))
def test_the_step_after_the_last_that_was_sent_is_now(step: int) -> None:
    found = read(about(), until(step))
    assert states(found) == ["done"] * step + ["now"] + ["waiting"] * (13 - step)


@pytest.mark.parametrize(
    ("sent", "stopped", "stalled"),
    [
        (5, "kube-scheduler", 6),
        (6, "kube-scheduler", 7),
        (7, "kube-apiserver", 9),
        (8, "kubelet.w", 9),
        (9, "kubelet.w", 10),
        (9, "runtime.w", 10),
        (10, "runtime.w", 11),
        (11, "kubelet.w", 12),
        (11, "kube-apiserver", 12),
        (12, "etcd", 13),
        (3, "etcd", 4),
        (1, "kube-controller-manager", 2),
    ],
)
def test_it_stalls_before_a_stopped_components_step_and_says_whom_it_waits_for(
    sent: int, stopped: str, stalled: int
) -> None:
    found = read(about(running=RUNNING - {stopped}), until(sent))
    if (sent, stopped) == (7, "kube-apiserver"):
        stalled = 8
    assert (states(found)[stalled - 1], found["waiting_for"]) == ("stalled", stopped)
    assert set(states(found)[stalled:]) <= {"waiting"}


def test_a_message_that_waits_for_a_stopped_component_stalls_at_its_own_step() -> None:
    waiting = [
        *until(3),
        hop(4, "kube-apiserver", "etcd", "Txn", "/registry/pods/default/web", cause=1, outcome="waiting"),
    ]
    found = read(about(running=RUNNING - {"etcd"}), [{**waiting[0], "outcome": "pending"}, *waiting[1:]])
    assert (states(found)[3], found["waiting_for"]) == ("stalled", "etcd")


def test_a_stopped_proxy_stalls_no_pod() -> None:
    assert states(read(about(running=RUNNING), whole()))[:13] == ["done"] * 13


def test_a_request_without_an_answer_waits_for_the_api_server_and_is_not_repeated() -> None:
    lost = [hop(1, "kubectl", "kube-apiserver", "POST", PODS, outcome="unreachable")]
    found = read(about(running=RUNNING - {"kube-apiserver"}), lost)
    assert (states(found)[0], found["waiting_for"]) == ("stalled", "kube-apiserver")
    assert "must ask again" in found["steps"][0]["note"]
    back = read(
        about(),
        [*lost, hop(5, "kube-apiserver", "kube-scheduler", "GET", "/api/v1/pods", answers=4, revision=9, lists=True)],
    )
    assert states(back) == ["refused"] + ["waiting"] * 13


@pytest.mark.parametrize(
    ("hops", "step"),
    [([], 2), (until(3)[1:], 3), (until(4)[1:], 4)],
    ids=["by the API server", "by the review", "by etcd"],
)
def test_a_refusal_ends_it_at_its_step_with_the_reason(hops: list[dict[str, Any]], step: int) -> None:
    refused = hop(
        1, "kubectl", "kube-apiserver", "POST", PODS, outcome="403", response={"message": "pods is forbidden"}
    )
    found = read(about(), [refused, *hops])
    assert states(found) == ["done"] * (step - 1) + ["refused"] + ["waiting"] * (14 - step)
    assert (found["refused"], found["steps"][step - 1]["note"]) == ("pods is forbidden", "pods is forbidden")
    assert found["waiting_for"] == ""


def test_upstream_mode_shows_two_and_three_as_left_out() -> None:
    found = read(about("upstream"), [*whole("upstream"), TOLD])
    assert states(found) == ["done", "skipped", "skipped"] + ["done"] * 11
    assert "asks no controller" in found["steps"][1]["note"]
    assert found["done"]


def test_a_pod_that_names_its_node_skips_the_scheduler_and_says_why() -> None:
    hops = [each for each in whole() if not 6 <= each["id"] <= 8]
    found = read(about(bound=True), [*hops, TOLD])
    assert states(found)[5:8] == ["skipped"] * 3
    assert "names its node itself" in found["steps"][5]["note"]
    assert found["done"]


def test_step_14_waits_until_the_client_asks_and_says_so() -> None:
    found = read(about(), whole())
    assert (states(found)[13], found["done"]) == ("waiting", False)
    assert "has not asked" in found["steps"][13]["note"]
    asked = hop(21, "kube-apiserver", "kubectl", "GET", PODS, answers=20, revision=12, lists=True)
    assert states(read(about(), [*whole(), asked]))[13] == "done"
    stranger = {**asked, "target": "curl"}
    assert states(read(about(), [*whole(), stranger]))[13] == "waiting"


def test_a_controllers_pod_begins_with_the_controller_as_client() -> None:
    loop = "kube-controller-manager.replicaset"
    told = hop(20, "kube-apiserver", "kube-controller-manager", "WATCH", "/api/v1/pods", revision=11)
    found = read(about(), [*whole(client=loop), told])
    assert (found["steps"][0]["source"], found["steps"][13]["target"]) == (loop, "kube-controller-manager")
    assert found["done"]


def test_a_scheduler_that_was_away_is_told_by_a_list() -> None:
    listed = hop(6, "kube-apiserver", "kube-scheduler", "GET", "/api/v1/pods", answers=5, revision=9, lists=True)
    found = read(about(), [listed if each["id"] == 6 else each for each in whole()])
    assert found["steps"][5]["state"] == "done"
    assert found["steps"][5]["hop"] == 6


def test_a_status_before_the_pod_runs_is_not_step_12() -> None:
    hops = [{**each, "phase": "Pending"} if each["id"] == 13 else each for each in whole()]
    assert states(read(about(), hops))[11] == "now"


def test_a_held_hop_is_now_and_says_that_it_is_held() -> None:
    hops = [*until(7), {**whole()[7], "outcome": "held"}]
    found = read(about(), hops)
    assert states(found)[7] == "now"
    assert "held" in found["steps"][7]["note"]


def test_what_takes_long_says_why() -> None:
    found = read(about(notes={8: "0/4 nodes are available"}), until(7))
    assert found["steps"][7]["note"] == "0/4 nodes are available"


def test_a_deleted_pods_journey_is_over() -> None:
    gone = hop(30, "kube-apiserver", "kube-scheduler", "WATCH", "/api/v1/pods", detail="DELETED")
    found = read(about(), [*until(7), gone])
    assert states(found)[7:] == ["skipped"] * 7
    assert found["waiting_for"] == ""


def test_the_newest_request_of_a_name_is_told_unless_another_is_meant() -> None:
    again = hop(40, "kubectl", "kube-apiserver", "POST", PODS, outcome="409", response={"message": "already exists"})
    hops = [*whole(), again]
    assert read(about(), hops)["refused"] == "already exists"
    assert read(about(), hops, hops[0])["refused"] == ""


def test_without_a_hop_nothing_is_told() -> None:
    assert set(states(read(about(), []))) == {"waiting"}


def cut(hops: list[dict[str, Any]], *numbers: int) -> list[dict[str, Any]]:
    """The same hops, those of the given ids cut off by a crash."""
    return [{**each, "outcome": "cut"} if each["id"] in numbers else each for each in hops]


def test_a_crash_before_the_write_ends_the_journey_there() -> None:
    found = read(about(), cut(until(4), 1, 4))
    assert states(found) == ["done"] * 3 + ["refused"] + ["waiting"] * 10
    assert found["refused"] == steps.CUT_NOTE


def test_a_crash_after_the_write_does_not() -> None:
    found = read(about(written=9), cut(until(4), 1, 4))
    assert states(found) == ["done"] * 5 + ["now"] + ["waiting"] * 8
    assert (found["waiting_for"], found["steps"][4]["revision"]) == ("kube-apiserver", 9)


def test_a_message_that_a_crash_cut_off_is_awaited_from_its_sender_and_its_repetition_counts() -> None:
    cut_at_binding = cut(until(8), 8)
    found = read(about(), cut_at_binding)
    assert (states(found)[7], found["waiting_for"]) == ("now", "kube-scheduler")
    again = [{**each, "id": each["id"] + 100, "cause": each["cause"] + 100} for each in whole()[7:]]
    found = read(about(), [*cut_at_binding, *again])
    assert states(found)[:13] == ["done"] * 13
    assert found["steps"][7]["hop"] == 108
