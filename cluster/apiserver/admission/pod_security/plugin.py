"""PodSecurity: a namespace's labels say which standard its pods must meet, and of which a violation is told.

`enforce` refuses pods; `warn` warns of pods and of the templates of controllers. Pods that are there already stay.
Models: pod-security-admission/{admission/admission.go,api/helpers.go} v1.37
Simplified: every version of a standard is the newest; `audit` has no log to write to; no exemptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj, labels_of
from cluster.apiserver.admission.pod_security import baseline, restricted
from cluster.apiserver.admission.pod_security.containers import Check, Fault
from cluster.apiserver.admission.request import DELETE, UPDATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

LABEL = "pod-security.kubernetes.io/"
LEVELS: dict[str, tuple[Check, ...]] = {"privileged": (), "baseline": baseline.CHECKS, "restricted": restricted.CHECKS}
DOORS = ("", "ephemeralcontainers")
CONTROLLERS = frozenset({"DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"})
"""The kinds that make pods of a template."""


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    if not request.kind.namespaced or request.operation == DELETE or request.subresource not in DOORS:
        return
    found = _pod_of(request)
    if found is None:
        return
    namespace = server.reader.get("Namespace", request.namespace)
    labels = labels_of(namespace) if namespace is not None else {}
    if request.kind.built_in == "Pod" and (faults := violated(labels, "enforce", *found)):
        raise status.forbidden("pods", request.name, f"violates PodSecurity {_sentence(labels, 'enforce', faults)}")
    if faults := violated(labels, "warn", *found):
        request.warnings.append(f"would violate PodSecurity {_sentence(labels, 'warn', faults)}")


def violated(labels: dict[str, str], mode: str, metadata: Obj, spec: Obj) -> list[Fault]:
    """What a pod lacks of the standard that a mode asks for. A level that is none counts as the strictest."""
    level = labels.get(LABEL + mode)
    checks = LEVELS.get(level, restricted.CHECKS) if level else ()
    return [fault for check in checks if (fault := check(metadata, spec)) is not None]


def _sentence(labels: dict[str, str], mode: str, faults: list[Fault]) -> str:
    level, version = labels[LABEL + mode], labels.get(f"{LABEL}{mode}-version", "latest")
    return f'"{level}:{version}": {", ".join(str(fault) for fault in faults)}'


def _pod_of(request: AdmissionRequest) -> tuple[Obj, Obj] | None:
    """(metadata, spec) of the pod, or of the pod that a controller makes; None when there is nothing to look at."""
    obj, old = request.obj, request.old_obj
    if request.kind.built_in == "Pod":
        unchanged = request.operation == UPDATE and old is not None and old["spec"] == obj["spec"]
        return None if unchanged else (obj["metadata"], obj["spec"])
    template = (obj.get("spec") or {}).get("template") if isinstance(obj.get("spec"), dict) else None
    if not isinstance(template, dict) or "spec" not in template:
        return None
    return template.get("metadata") or {}, template["spec"]
