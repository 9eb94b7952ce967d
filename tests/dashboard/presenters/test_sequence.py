"""A journey drawn as lifelines."""

from __future__ import annotations

from dashboard.presenters import sequence
from tests.dashboard.journeys.hops import OF_STEP, whole


def hops() -> list[dict[str, object]]:
    return [{**hop, "subject": {**hop["subject"], "subresource": ""}} for hop in whole()]


def test_each_component_has_one_lane_and_each_message_one_row() -> None:
    steps = {hop: step for step, hop in OF_STEP.items()}
    drawn = sequence.chart(hops(), "Pod default/web", steps)
    assert [lane["name"] for lane in drawn["lanes"]] == [
        "kubectl",
        "kube-apiserver",
        "kube-controller-manager",
        "etcd",
        "kube-scheduler",
        "kubelet.w",
        "runtime.w",
    ]
    assert [row["step"] for row in drawn["rows"][:3]] == [1, 2, 3]
    assert drawn["rows"][2]["dashed"]
    assert next(row for row in drawn["rows"] if row["itself"])["label"] == "Dequeue web"
    assert drawn["rows"][-1]["y"] < drawn["bottom"] < drawn["height"]


def test_more_than_fit_are_counted() -> None:
    assert sequence.chart(hops() * 10, "x", {})["more"] == len(hops()) * 10 - sequence.MOST
