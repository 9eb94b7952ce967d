"""Job and CronJob: what is filled in, what may not be, what may not change, and their columns."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

TEMPLATE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}


def job(**spec: Any) -> Obj:
    spec = {"template": copy.deepcopy(TEMPLATE), **spec}
    return {"metadata": {"name": "pi", "uid": "u", "creationTimestamp": "2026-11-25T10:00:00Z"}, "spec": spec}


def cron(**spec: Any) -> Obj:
    spec = {"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": copy.deepcopy(TEMPLATE)}}, **spec}
    return {"metadata": {"name": "hello", "creationTimestamp": "2026-11-25T10:00:00Z"}, "spec": spec}


def test_a_job_selects_its_own_pods_and_is_labelled_as_they_are(served: Any) -> None:
    made = served("Job").made(job())
    marks = {
        "controller-uid": "u", "batch.kubernetes.io/controller-uid": "u",
        "job-name": "pi", "batch.kubernetes.io/job-name": "pi",
    }  # fmt: skip
    assert made["spec"]["template"]["metadata"]["labels"] == made["metadata"]["labels"] == marks
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": "u"}}
    found = {name: made["spec"][name] for name in ("completions", "parallelism", "backoffLimit", "completionMode")}
    assert found == {"completions": 1, "parallelism": 1, "backoffLimit": 6, "completionMode": "NonIndexed"}
    assert (made["spec"]["suspend"], made["spec"]["podReplacementPolicy"]) == (False, "TerminatingOrFailed")
    assert served("Job").told(made) == []


def test_a_job_of_a_work_queue_has_no_completions(served: Any) -> None:
    assert "completions" not in served("Job").made(job(parallelism=2))["spec"]


EXIT = {"operator": "In", "values": [1]}


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"parallelism": -1}, "spec.parallelism: Invalid value: -1: must be greater than or equal to 0"),
        (
            {"completionMode": "Indexed", "parallelism": 1},
            "spec.completions: Required value: when completion mode is Indexed",
        ),
        (
            {"template": {"spec": {"containers": TEMPLATE["spec"]["containers"]}}},
            'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
        ),
        (
            {"backoffLimitPerIndex": 1},
            "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "FailJob", "onExitCodes": {**EXIT, "values": [0]}}]}},
            "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "Stop", "onExitCodes": EXIT}]}},
            'spec.podFailurePolicy.rules[0].action: Unsupported value: "Stop": supported values: "Count", "FailIndex", '
            '"FailJob", "Ignore"',
        ),
        (
            {"successPolicy": {"rules": [{"succeededCount": 1}]}},
            'spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: requires indexed completion mode',
        ),
    ],
)
def test_what_a_job_may_not_be(served: Any, spec: Any, fault: str) -> None:
    assert served("Job").told(served("Job").made(job(**spec))) == [fault]


@pytest.mark.parametrize(
    ("suspended", "change", "faults"),
    [
        (False, {"completions": 9}, ["spec.completions: Invalid value: 9: field is immutable"]),
        (False, {"parallelism": 9}, []),
        (False, {"nodeSelector": {"disk": "ssd"}}, ["spec.template"]),
        (True, {"nodeSelector": {"disk": "ssd"}}, []),
        (True, {"restartPolicy": "OnFailure"}, ["spec.template"]),
    ],
)
def test_what_of_a_job_may_change(served: Any, suspended: bool, change: Any, faults: list[str]) -> None:
    old = served("Job").made(job(suspend=suspended))
    spec = copy.deepcopy(old["spec"])
    (spec if set(change) & {"completions", "parallelism"} else spec["template"]["spec"]).update(change)
    told = served("Job").told(served("Job").changed(old, spec=spec), old)
    assert [text[: len(fault)] for text, fault in zip(told, faults, strict=True)] == faults


@pytest.mark.parametrize(
    ("status", "spec", "cells"),
    [
        ({}, {}, ["pi", "Running", "0/1", "", "60s"]),
        ({"succeeded": 1, "startTime": "2026-11-25T10:00:10Z"}, {"completions": 3}, ["pi", "Running", "1/3", "50s", "60s"]),
        (
            {
                "startTime": "2026-11-25T10:00:10Z", "completionTime": "2026-11-25T10:00:12Z", "succeeded": 1,
                "conditions": [{"type": "Complete", "status": "True"}],
            },
            {},
            ["pi", "Complete", "1/1", "2s", "60s"],
        ),
        ({"conditions": [{"type": "Suspended", "status": "True"}]}, {"parallelism": 2}, ["pi", "Suspended", "0/1 of 2", "", "60s"]),
    ],
)  # fmt: skip
def test_the_columns_of_a_job(served: Any, status: Obj, spec: Any, cells: list[Any]) -> None:
    made = {**served("Job").made(job(**spec)), "status": status}
    assert served("Job").row(made, 1795600860.0) == cells


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"schedule": ""}, "spec.schedule: Required value"),
        ({"schedule": "* *"}, 'spec.schedule: Invalid value: "* *": expected exactly 5 fields, found 2: [* *]'),
        ({"timeZone": "Mars/Olympus"}, 'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'),
        (
            {"concurrencyPolicy": "Maybe"},
            'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
        ),
        (
            {"failedJobsHistoryLimit": -1},
            "spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
        ),
    ],
)
def test_what_a_cron_job_may_not_be(served: Any, spec: Any, fault: str) -> None:
    assert served("CronJob").told(served("CronJob").made(cron(**spec))) == [fault]


def test_a_cron_jobs_defaults_and_columns(served: Any) -> None:
    made = served("CronJob").made(cron(timeZone="Europe/Berlin"))
    spec = made["spec"]
    assert (spec["concurrencyPolicy"], spec["suspend"]) == ("Allow", False)
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (3, 1)
    assert served("CronJob").told(made) == []
    row = served("CronJob").row(made, 1795600860.0, wide=True)
    assert row == ["hello", "*/5 * * * *", "Europe/Berlin", "False", 0, "<none>", "60s", "c", "busybox", "<none>"]
