"""PodSecurity: labels of the namespace decide what is refused and what is warned of."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.admission.pod_security import plugin
from cluster.apiserver.admission.request import UPDATE
from tests.cluster.apiserver.admission.conftest import NAMESPACE, Desk, pod, refusal, request

ON_HOST = 'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'


def labelled(desk: Desk, **levels: str) -> None:
    labels = {plugin.LABEL + mode.replace("_", "-"): level for mode, level in levels.items()}
    desk.put("Namespace", NAMESPACE, "", metadata={"labels": labels})


async def test_a_pod_that_violates_what_is_enforced_is_forbidden(desk: Desk) -> None:
    labelled(desk, enforce="baseline")
    await plugin.approve(desk, request(pod()))
    code, message = await refusal(plugin.approve(desk, request(pod(hostNetwork=True))))
    assert (code, message) == (403, f'pods "web" is forbidden: {ON_HOST}')


async def test_the_version_is_named_and_a_level_that_is_none_counts_as_the_strictest(desk: Desk) -> None:
    labelled(desk, enforce="bogus", enforce_version="v1.25")
    _, message = await refusal(plugin.approve(desk, request(pod())))
    assert 'violates PodSecurity "bogus:v1.25": allowPrivilegeEscalation != false' in message


@pytest.mark.parametrize("labels", [{}, {"enforce": "privileged"}])
async def test_without_a_standard_all_goes(desk: Desk, labels: dict[str, str]) -> None:
    labelled(desk, **labels)
    await plugin.approve(desk, request(pod(hostNetwork=True)))


async def test_warnings_are_given_for_pods_and_for_templates(desk: Desk) -> None:
    labelled(desk, warn="baseline", enforce="privileged")
    for obj, kind in ((pod(hostNetwork=True), "Pod"), (deployment(hostNetwork=True), "Deployment")):
        asked = request(obj, kind=kind)
        await plugin.approve(desk, asked)
        assert asked.warnings == [f"would {ON_HOST.replace('violates', 'violate')}"]


async def test_a_controllers_template_is_never_refused(desk: Desk) -> None:
    labelled(desk, enforce="restricted")
    await plugin.approve(desk, request(deployment(hostNetwork=True), kind="Deployment"))


async def test_a_pod_that_is_there_already_stays_while_its_spec_does(desk: Desk) -> None:
    labelled(desk, enforce="baseline")
    old = pod(hostNetwork=True)
    await plugin.approve(desk, request({**old}, UPDATE, old=old))
    changed = pod(hostNetwork=True, activeDeadlineSeconds=5)
    assert (await refusal(plugin.approve(desk, request(changed, UPDATE, old=old))))[0] == 403


def deployment(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {}, "spec": pod(**spec)["spec"]}
    return {"kind": "Deployment", "metadata": {"name": "web", "namespace": NAMESPACE}, "spec": {"template": template}}
