"""Node. Models: pkg/registry/core/node/strategy.go, printers.go printNode v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj, condition_of, labels_of
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.core.pod_validation import EFFECTS
from cluster.apis.registry import Column, Kind, Subresource

ROLE_PREFIX = "node-role.kubernetes.io/"


def prepare(new: Obj, old: Obj | None) -> None:
    new.setdefault("spec", {})
    if old is None:
        new.setdefault("status", {})
    elif "status" in old:
        new["status"] = old["status"]


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    seen = set()
    for index, taint in enumerate(new["spec"].get("taints") or ()):
        at = f"spec.taints[{index}]"
        faults += validation.each(f"{at}.key", taint.get("key", ""), names.qualified_name(taint.get("key", "")))
        faults += validation.one_of(f"{at}.effect", taint.get("effect"), EFFECTS)
        if (taint.get("key"), taint.get("effect")) in seen:
            faults.append(validation.duplicate(at, taint))
        seen.add((taint.get("key"), taint.get("effect")))
    if old is not None and old["spec"].get("podCIDR") and new["spec"].get("podCIDR") != old["spec"]["podCIDR"]:
        faults.append(
            validation.forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')
        )
    return faults


def status_cell(node: Obj, now: float) -> str:
    ready = condition_of(node, "Ready")
    words = ["Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"]
    if node["spec"].get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def roles_cell(node: Obj, now: float) -> str:
    found = set()
    for key, value in labels_of(node).items():
        if key.startswith(ROLE_PREFIX) and key != ROLE_PREFIX:
            found.add(key.removeprefix(ROLE_PREFIX))
        elif key == "kubernetes.io/role" and value:
            found.add(value)
    return ",".join(sorted(found)) or columns.NONE


def _info(node: Obj, name: str) -> str:
    return ((node.get("status") or {}).get("nodeInfo") or {}).get(name) or ""


def _address(node: Obj, wanted: str) -> str:
    for address in (node.get("status") or {}).get("addresses") or ():
        if address["type"] == wanted:
            return address["address"]  # type: ignore[no-any-return]  # addresses are strings
    return columns.NONE


def kernel_cell(node: Obj, now: float) -> str:
    kernel, architecture = _info(node, "kernelVersion"), _info(node, "architecture")
    return f"{kernel} ({architecture})" if kernel and architecture else kernel or "<unknown>"


KIND = Kind(
    group="",
    version="v1",
    kind="Node",
    plural="nodes",
    schema="io.k8s.api.core.v1.Node",
    namespaced=False,
    short_names=("no",),
    columns=(
        columns.NAME,
        Column("Status", status_cell, description="The status of the node"),
        Column("Roles", roles_cell, description="The roles of the node"),
        columns.AGE,
        Column(
            "Version",
            lambda node, now: _info(node, "kubeletVersion"),
            description="Kubelet Version reported by the node.",
        ),
        Column("Internal-IP", lambda node, now: _address(node, "InternalIP"), priority=1),
        Column("External-IP", lambda node, now: _address(node, "ExternalIP"), priority=1),
        Column("OS-Image", lambda node, now: _info(node, "osImage") or "<unknown>", priority=1),
        Column("Kernel-Version", kernel_cell, priority=1),
        Column(
            "Container-Runtime", lambda node, now: _info(node, "containerRuntimeVersion") or "<unknown>", priority=1
        ),
    ),
    prepare=prepare,
    validate=validate,
    selectable_fields={"spec.unschedulable": lambda node: str(bool(node["spec"].get("unschedulable"))).lower()},
    subresources=(Subresource("status", prepare=columns.status_only, validate=lambda new, old: ()),),
    storage_group="minions",
)
