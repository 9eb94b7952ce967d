"""ServiceAccount: a pod runs as an account that exists, with its token mounted."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.admission import service_account
from cluster.apiserver.config import COURSE
from tests.cluster.apiserver.admission.conftest import Desk, pod, refusal, request

PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


async def test_a_pod_gets_the_default_account_and_its_token(desk: Desk) -> None:
    desk.put("ServiceAccount", "default")
    obj = pod()
    await service_account.admit(desk, request(obj))
    spec = obj["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("default", "default")
    (volume,) = spec["volumes"]
    assert volume["name"].startswith("kube-api-access-")
    assert [mount["mountPath"] for mount in spec["containers"][0]["volumeMounts"]] == [PATH]


@pytest.mark.parametrize(
    ("account", "spec", "mounted"),
    [
        ({"automountServiceAccountToken": False}, {}, False),
        ({"automountServiceAccountToken": False}, {"automountServiceAccountToken": True}, True),
        ({}, {"automountServiceAccountToken": False}, False),
    ],
)
async def test_the_pod_has_the_last_word_on_the_token(
    desk: Desk, account: dict[str, Any], spec: dict[str, Any], mounted: bool
) -> None:
    desk.put("ServiceAccount", "default", **account)
    obj = pod(**spec)
    await service_account.admit(desk, request(obj))
    assert bool(obj["spec"].get("volumes")) is mounted


async def test_a_container_that_mounts_something_there_keeps_it(desk: Desk) -> None:
    desk.put("ServiceAccount", "default")
    obj = pod()
    mine = {"name": "own", "mountPath": PATH}
    obj["spec"]["containers"][0]["volumeMounts"] = [mine]
    await service_account.admit(desk, request(obj))
    assert obj["spec"]["containers"][0]["volumeMounts"] == [mine]


async def test_an_account_that_is_not_there_is_named_except_in_course_mode(desk: Desk) -> None:
    code, message = await refusal(service_account.admit(desk, request(pod(serviceAccountName="bot"))))
    why = 'error looking up service account shop/bot: serviceaccount "bot" not found'
    assert (code, message) == (403, f'pods "web" is forbidden: {why}')
    desk.admission_mode = COURSE
    await service_account.admit(desk, request(pod(serviceAccountName="bot")))
