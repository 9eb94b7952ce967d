"""The baseline standard: what it refuses, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.admission.pod_security import baseline


def spec(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    found = [{"name": f"c{index + 1}", **each} for index, each in enumerate(containers or ({},))]
    return {"containers": found, **fields}


def secure(**context: Any) -> dict[str, Any]:
    return {"securityContext": context}


@pytest.mark.parametrize(
    ("pod", "fault"),
    [
        (spec(hostNetwork=True, hostPID=True), "host namespaces (hostNetwork=true, hostPID=true)"),
        (spec(secure(privileged=True)), 'privileged (container "c1" must not set securityContext.privileged=true)'),
        (
            spec(secure(privileged=True), secure(privileged=True)),
            'privileged (containers "c1", "c2" must not set securityContext.privileged=true)',
        ),
        (
            spec(secure(capabilities={"add": ["SYS_TIME", "CHOWN"]})),
            'non-default capabilities (container "c1" must not include "SYS_TIME" in securityContext.capabilities.add)',
        ),
        (spec(volumes=[{"name": "v", "hostPath": {"path": "/"}}]), 'hostPath volumes (volume "v")'),
        (spec({"ports": [{"hostPort": 80}]}), 'hostPort (container "c1" uses hostPort 80)'),
        (
            spec({"ports": [{"hostPort": 80}]}, {"ports": [{"hostPort": 81}]}),
            'hostPort (containers "c1", "c2" use hostPorts 80, 81)',
        ),
        (
            spec(secure(procMount="Unmasked")),
            'procMount (container "c1" must not set securityContext.procMount to "Unmasked")',
        ),
        (
            spec(**secure(seccompProfile={"type": "Unconfined"})),
            'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
        (
            spec(secure(seLinuxOptions={"type": "spc_t"})),
            'seLinuxOptions (container "c1" set forbidden securityContext.seLinuxOptions: type "spc_t")',
        ),
        (spec(**secure(sysctls=[{"name": "kernel.msgmax"}])), "forbidden sysctls (kernel.msgmax)"),
        (
            spec(**secure(windowsOptions={"hostProcess": True})),
            "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)",
        ),
    ],
)
def test_what_is_refused(pod: dict[str, Any], fault: str) -> None:
    found = [each for check in baseline.CHECKS if (each := check({}, pod)) is not None]
    assert [str(each) for each in found] == [fault]


def test_an_unconfined_profile_is_refused_in_either_form() -> None:
    fault = baseline.apparmor_profile({}, spec(secure(appArmorProfile={"type": "Unconfined"})))
    assert fault is not None
    assert fault.reason == "forbidden AppArmor profile"
    annotated = {"annotations": {f"{baseline.APPARMOR}c1": "unconfined"}}
    assert baseline.apparmor_profile(annotated, spec()) is not None


def test_a_plain_pod_passes() -> None:
    plain = spec(secure(capabilities={"add": ["CHOWN"], "drop": ["ALL"]}), volumes=[{"name": "v", "emptyDir": {}}])
    assert [check({}, plain) for check in baseline.CHECKS] == [None] * len(baseline.CHECKS)
