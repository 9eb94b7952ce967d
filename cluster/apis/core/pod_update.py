"""What may change in a Pod that exists: little of its spec, and its status by its own rules.

Models: pkg/apis/core/validation/validation.go ValidatePodUpdate, ValidatePodStatusUpdate v1.37
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, validation
from cluster.apis.core import placement

UPDATABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
MIRROR = "kubernetes.io/config.mirror"
SYSTEM_CONDITIONS = ("PodScheduled", "Ready", "Initialized")
NODE_TERMS = f"nodeAffinity.{placement.REQUIRED}.nodeSelectorTerms"


def spec_faults(new: Obj, old: Obj) -> list[FieldError]:
    """The faults of a change from one spec to another."""
    faults: list[FieldError] = []
    for name in ("containers", "initContainers"):
        if len(new.get(name) or ()) != len(old.get(name) or ()):
            return [*faults, validation.forbidden(f"spec.{name}", "pod updates may not add or remove containers")]
    deadline, was = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    if deadline is not None and was is not None and was < deadline:
        text = "must be less than or equal to previous value"
        return [*faults, validation.invalid("spec.activeDeadlineSeconds", deadline, text)]
    if deadline is None and was is not None:
        text = "must not update from a positive integer to nil value"
        faults.append(validation.invalid("spec.activeDeadlineSeconds", None, text))
    faults += _only_added(new.get("tolerations") or (), old.get("tolerations") or ())
    faults += _only_deleted(new.get("schedulingGates") or (), old.get("schedulingGates") or ())
    munged = _munged(new, old, faults)
    if munged != old:
        faults.append(validation.forbidden("spec", f"{UPDATABLE}\n{difference(old, munged)}"))
    return faults


def _only_added(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    def plain(toleration: Obj) -> Obj:
        return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}

    kept = [plain(toleration) for toleration in new]
    if all(plain(toleration) in kept for toleration in old):
        return []
    return [
        validation.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
    ]


def _only_deleted(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    known = {gate.get("name") for gate in old}
    return [
        validation.forbidden(
            f"spec.schedulingGates[{index}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'",
        )
        for index, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _munged(new: Obj, old: Obj, faults: list[FieldError]) -> Obj:
    """The new spec with the old values of all that may change; a gated pod may also be told where to go."""
    munged = dict(new)
    for name in ("containers", "initContainers"):
        if new.get(name):
            pairs = zip(new[name], old[name], strict=True)
            munged[name] = [{**container, "image": was.get("image")} for container, was in pairs]
    free = ["activeDeadlineSeconds", "schedulingGates", "tolerations"]
    grace, was_grace = new.get("terminationGracePeriodSeconds"), old.get("terminationGracePeriodSeconds")
    if was_grace is not None and was_grace < 0 and grace == 1:
        free.append("terminationGracePeriodSeconds")
    if old.get("schedulingGates"):
        faults += _more_selective(new.get("nodeSelector") or {}, old.get("nodeSelector") or {})
        faults += _more_affine(new.get("affinity") or {}, old.get("affinity") or {})
        free.append("nodeSelector")
        _put_back_node_affinity(munged, old)
    for name in free:
        if name in old:
            munged[name] = old[name]
        else:
            munged.pop(name, None)
    return munged


def _more_selective(new: Obj, old: Obj) -> list[FieldError]:
    if old.items() <= new.items():
        return []
    text = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
    return [validation.invalid("spec.nodeSelector", new or None, text)]


def _more_affine(new: Obj, old: Obj) -> list[FieldError]:
    was = _node_terms(old)
    now = _node_terms(new)
    if not was:
        return []
    at = f"spec.affinity.{NODE_TERMS}"
    if len(was) != len(now):
        text = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [validation.invalid(at, now or None, text)]
    text = "only additions are allowed (no mutations or deletions)"
    return [
        validation.invalid(f"{at}[{index}]", term, text)
        for index, (term, before) in enumerate(zip(now, was, strict=True))
        if not _only_more(term, before)
    ]


def _node_terms(affinity: Obj) -> list[Obj]:
    required = ((affinity.get("nodeAffinity") or {}).get(placement.REQUIRED)) or {}
    return list(required.get("nodeSelectorTerms") or ())


def _only_more(term: Obj, before: Obj) -> bool:
    """Every expression of before still stands, where it stood."""
    for field in ("matchExpressions", "matchFields"):
        was, now = before.get(field) or [], term.get(field) or []
        if now[: len(was)] != was:
            return False
    return bool(before.get("matchExpressions") or before.get("matchFields")) or term == before


def _put_back_node_affinity(munged: Obj, old: Obj) -> None:
    was = (old.get("affinity") or {}).get("nodeAffinity")
    affinity = {name: value for name, value in (munged.get("affinity") or {}).items() if name != "nodeAffinity"}
    if was is not None:
        affinity["nodeAffinity"] = was
    if affinity or "affinity" in old:
        munged["affinity"] = affinity
    else:
        munged.pop("affinity", None)


def difference(old: Obj, new: Obj, kind: str = "PodSpec") -> str:
    """Two specs side by side, the lines that differ marked. Models: go-cmp's Diff, without its random spaces"""
    lines = [f"  core.{kind}{{"]
    lines += _difference(old, new, "  \t")
    return "\n".join([*lines, "  }", ""])


def _difference(old: Obj, new: Obj, indent: str) -> list[str]:
    lines: list[str] = []
    same = 0
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after:
            same += 1
            continue
        lines += _side(name, before, "-", indent) + _side(name, after, "+", indent)
    if same:
        lines.append(f"{indent}... // {same} identical fields")
    return lines


def _side(name: str, value: Any, sign: str, indent: str) -> list[str]:
    return [f"{sign} {indent[2:]}{name[0].upper()}{name[1:]}: {validation.shown(value)},"] if value is not None else []


def annotation_faults(new: Obj, old: Obj) -> list[FieldError]:
    """The mirror annotation of a static pod stays as it is."""
    now, was = new["metadata"].get("annotations") or {}, old["metadata"].get("annotations") or {}
    if now.get(MIRROR) == was.get(MIRROR):
        return []
    verb = "remove or update" if MIRROR in was else "add"
    return [validation.forbidden(f"metadata.annotations[{MIRROR}]", f"may not {verb} mirror pod annotation")]


# --- status ---------------------------------------------------------------------------------------------------------


def status_faults(new: Obj, old: Obj | None) -> list[FieldError]:
    """The faults of a write through the status door."""
    assert old is not None, "the status door opens to objects that exist"
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    now, was = new.get("status") or {}, old.get("status") or {}
    for index, condition in enumerate(now.get("conditions") or ()):
        if (kind := condition.get("type") or "") not in SYSTEM_CONDITIONS:
            faults += validation.each(f"status.conditions[{index}].Type", kind, names.qualified_name(kind))
    node, before = now.get("nominatedNodeName"), was.get("nominatedNodeName")
    if node and node != before:
        faults += validation.each("status.nominatedNodeName", node, names.dns1123_subdomain(node))
        if old["spec"].get("nodeName"):
            text = "may not be set on pods that are already bound to a node"
            faults.append(validation.forbidden("status.nominatedNodeName", text))
    if (generation := now.get("observedGeneration") or 0) < 0:
        faults.append(validation.invalid("status.observedGeneration", generation, "must be a non-negative integer"))
    faults += validation.immutable("status.qosClass", now.get("qosClass"), was.get("qosClass"))
    faults += _transitions(now, was, old["spec"])
    return faults + _addresses(now)


def _transitions(now: Obj, was: Obj, spec: Obj) -> list[FieldError]:
    """What has ended for good does not run again."""
    faults: list[FieldError] = []
    for field, part in (("containerStatuses", "containers"), ("initContainerStatuses", "initContainers")):
        policies = {each["name"]: each.get("restartPolicy") for each in spec.get(part) or ()}
        current = {each["name"]: each for each in now.get(field) or ()}
        for index, status in enumerate(was.get(field) or ()):
            ended = (status.get("state") or {}).get("terminated")
            after = current.get(status["name"])
            if ended is None or after is None or (after.get("state") or {}).get("terminated") is not None:
                continue
            policy = policies.get(status["name"]) or spec.get("restartPolicy")
            if policy == "Always" or (policy == "OnFailure" and ended.get("exitCode")):
                continue
            if part == "initContainers" and ended.get("exitCode") and policy != "Never":
                continue
            text = "may not be transitioned to non-terminated state"
            faults.append(validation.forbidden(f"status.{field}[{index}].state", text))
    return faults


def _addresses(status: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, each in enumerate(status.get("podIPs") or ()):
        faults += validation.ip(f"status.podIPs[{index}]", each.get("ip") or "")
    hosts = status.get("hostIPs") or ()
    if hosts and hosts[0].get("ip") != status.get("hostIP"):
        text = "must be equal to `hostIP`"
        faults.append(validation.invalid("status.hostIPs[0].ip", hosts[0].get("ip"), text))
    for index, each in enumerate(hosts):
        faults += validation.ip(f"status.hostIPs[{index}]", each.get("ip") or "")
    return faults
