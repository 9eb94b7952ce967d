"""How far a rollout is, in upstream's sentences."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kubectl.commands import rollout_status
from cluster.kubectl.errors import CommandError

WAITING = 'Waiting for deployment "d" rollout to finish: '


def deployment(**status: Any) -> dict[str, Any]:
    metadata = {"name": "d", "generation": 2, "annotations": {"deployment.kubernetes.io/revision": "4"}}
    return {"metadata": metadata, "spec": {"replicas": 3}, "status": {"observedGeneration": 2, **status}}


@pytest.mark.parametrize(
    ("status", "sentence", "done"),
    [
        ({"observedGeneration": 1}, "Waiting for deployment spec update to be observed...\n", False),
        ({"updatedReplicas": 1}, f"{WAITING}1 out of 3 new replicas have been updated...\n", False),
        ({"updatedReplicas": 3, "replicas": 5}, f"{WAITING}2 old replicas are pending termination...\n", False),
        (
            {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 2},
            f"{WAITING}2 of 3 updated replicas are available...\n",
            False,
        ),
        (
            {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3},
            'deployment "d" successfully rolled out\n',
            True,
        ),
    ],
)
def test_a_deployment(status: dict[str, Any], sentence: str, done: bool) -> None:
    assert rollout_status.deployment(deployment(**status), 0) == (sentence, done)


def test_a_deployment_that_will_not_be_done_fails() -> None:
    late = deployment(conditions=[{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}])
    with pytest.raises(CommandError, match='deployment "d" exceeded its progress deadline'):
        rollout_status.deployment(late, 0)
    with pytest.raises(CommandError, match=r"desired revision \(1\) is different from the running revision \(4\)"):
        rollout_status.deployment(deployment(), 1)


@pytest.mark.parametrize(
    ("status", "sentence", "done"),
    [
        ({"desiredNumberScheduled": 2}, "0 out of 2 new pods have been updated...", False),
        ({"desiredNumberScheduled": 2, "updatedNumberScheduled": 2}, "0 of 2 updated pods are available...", False),
        (
            {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2},
            "successfully rolled out",
            True,
        ),
    ],
)
def test_a_daemon_set(status: dict[str, Any], sentence: str, done: bool) -> None:
    obj = {"metadata": {"name": "d"}, "spec": {"updateStrategy": {"type": "RollingUpdate"}}, "status": status}
    told, finished = rollout_status.daemon_set(obj, 0)
    assert sentence in told
    assert finished == done


def test_a_stateful_set() -> None:
    spec = {"replicas": 2, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}}
    obj: dict[str, Any] = {"metadata": {"generation": 1}, "spec": spec, "status": {"observedGeneration": 1}}
    assert rollout_status.stateful_set(obj, 0) == ("Waiting for 2 pods to be ready...\n", False)
    obj["status"] |= {"readyReplicas": 2, "updatedReplicas": 2}
    assert rollout_status.stateful_set(obj, 0) == (
        "partitioned roll out complete: 2 new pods have been updated...\n",
        True,
    )
