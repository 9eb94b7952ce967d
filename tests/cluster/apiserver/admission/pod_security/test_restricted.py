"""The restricted standard: what a hardened pod must say, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.admission.pod_security import restricted

GOOD = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def pod(*changes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    containers = [
        {"name": f"c{index + 1}", "securityContext": {k: v for k, v in {**GOOD, **each}.items() if v != "gone"}}
        for index, each in enumerate(changes or ({},))
    ]
    return {"containers": containers, **fields}


def faults(spec: dict[str, Any]) -> list[str]:
    return [str(each) for check in restricted.CHECKS if (each := check({}, spec)) is not None]


def test_a_hardened_pod_passes() -> None:
    assert faults(pod()) == []


def test_a_plain_pod_lacks_four_things_in_upstreams_order() -> None:
    assert faults({"containers": [{"name": "x"}]}) == [
        'allowPrivilegeEscalation != false (container "x" must set securityContext.allowPrivilegeEscalation=false)',
        'unrestricted capabilities (container "x" must set securityContext.capabilities.drop=["ALL"])',
        'runAsNonRoot != true (pod or container "x" must set securityContext.runAsNonRoot=true)',
        'seccompProfile (pod or container "x" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
        '"Localhost")',
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            pod({"capabilities": {"drop": ["ALL"], "add": ["CHOWN", "NET_BIND_SERVICE"]}}),
            'unrestricted capabilities (container "c1" must not include "CHOWN" in securityContext.capabilities.add)',
        ),
        (
            pod(volumes=[{"name": "a", "hostPath": {}}, {"name": "b", "nfs": {}}, {"name": "c", "emptyDir": {}}]),
            'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
        ),
        (
            pod({"runAsNonRoot": False}),
            'runAsNonRoot != true (container "c1" must not set securityContext.runAsNonRoot=false)',
        ),
        (
            pod({"runAsNonRoot": "gone"}, {"runAsNonRoot": "gone"}),
            'runAsNonRoot != true (pod or containers "c1", "c2" must set securityContext.runAsNonRoot=true)',
        ),
        (pod({"runAsUser": 0}), 'runAsUser=0 (container "c1" must not set runAsUser=0)'),
        (
            pod({"seccompProfile": {"type": "Unconfined"}}),
            'seccompProfile (container "c1" must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
    ],
)
def test_what_is_refused(spec: dict[str, Any], expected: str) -> None:
    assert faults(spec) == [expected]


def test_the_pod_may_speak_for_its_containers() -> None:
    context = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert faults(pod({"runAsNonRoot": "gone", "seccompProfile": "gone"}, securityContext=context)) == []


def test_what_windows_does_not_know_is_not_asked_of_it() -> None:
    assert faults({"containers": [{"name": "x"}], "os": {"name": "windows"}}) == [
        'runAsNonRoot != true (pod or container "x" must set securityContext.runAsNonRoot=true)'
    ]
