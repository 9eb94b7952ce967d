"""Node: a machine, as the control plane knows it.

Models: pkg/registry/core/node/strategy.go, core/validation/validation.go ValidateNode, printers.go printNode v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj, condition_of, labels_of
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import placement, pod_defaults, pod_resources, proxied
from cluster.apis.registry import Cell, Column, Kind, Subresource

ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE = "kubernetes.io/role"
UNKNOWN = "<unknown>"
CIDR_MESSAGE = 'node updates may not change podCIDR except from "" to valid'


def default(node: Obj) -> None:
    node.setdefault("spec", {})
    status = node.setdefault("status", {})
    for field in ("capacity", "allocatable"):
        pod_defaults.default_resources(status.get(field))
    if status.get("allocatable") is None and status.get("capacity") is not None:
        status["allocatable"] = dict(status["capacity"])


def prepare(new: Obj, old: Obj | None) -> None:
    """Unlike others a new Node may bring its status: a kubelet registers with it."""
    if old is not None:
        strategy.keep_status(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    """Also the rules of the status door: upstream has one set for both."""
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    spec, status = new.get("spec") or {}, new.get("status") or {}
    if spec.get("taints"):
        faults += placement.taints(spec["taints"], "metadata.taints")
    for field in ("capacity", "allocatable"):
        for name, amount in (status.get(field) or {}).items():
            faults += pod_resources.amount(name, amount, f"status.{field}.{name}")
    if old is None:
        for index, cidr in enumerate(spec.get("podCIDRs") or ()):
            faults += validation.cidr(f"spec.podCIDRs[{index}]", cidr)
        return faults
    return faults + _unchanged(spec, old.get("spec") or {}) + _addresses(status.get("addresses") or [])


def _unchanged(spec: Obj, old: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    if old.get("podCIDRs") and spec.get("podCIDRs") != old["podCIDRs"]:
        faults.append(validation.forbidden("spec.podCIDRs", CIDR_MESSAGE))
    if (was := old.get("providerID")) and (now := spec.get("providerID")) != was:
        text = "field cannot be modified once set" if now else "field cannot be cleared once set"
        faults.append(validation.invalid("spec.providerID", None, text))
    return faults


def _addresses(addresses: list[Obj]) -> list[FieldError]:
    fields = (("Type", ""), ("Address", ""))
    return [
        FieldError(
            "FieldValueDuplicate", f"status.addresses[{index}]", f"Duplicate value: {validation.internal(each, fields)}"
        )
        for index, each in enumerate(addresses)
        if each in addresses[:index]
    ]


# --- columns --------------------------------------------------------------------------------------------------------


def status_cell(node: Obj, now: float) -> str:
    ready = condition_of(node, "Ready")
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if (node.get("spec") or {}).get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def roles_cell(node: Obj, now: float) -> str:
    found = set()
    for key, value in labels_of(node).items():
        if key.startswith(ROLE_PREFIX) and key != ROLE_PREFIX:
            found.add(key.removeprefix(ROLE_PREFIX))
        elif key == ROLE and value:
            found.add(value)
    return ",".join(sorted(found)) or columns.NONE


def kernel_cell(node: Obj, now: float) -> str:
    kernel, architecture = _info(node, "kernelVersion") or UNKNOWN, _info(node, "architecture")
    return f"{kernel} ({architecture})" if architecture else kernel


def _info(node: Obj, name: str) -> str:
    return ((node.get("status") or {}).get("nodeInfo") or {}).get(name) or ""


def _info_cell(name: str, none: str) -> Cell:
    return lambda node, now: _info(node, name) or none


def _address_cell(wanted: str) -> Cell:
    def cell(node: Obj, now: float) -> str:
        addresses = (node.get("status") or {}).get("addresses") or ()
        return next((each["address"] for each in addresses if each["type"] == wanted), columns.NONE)

    return cell


ADDRESSES = "List of addresses reachable to the node. Queried from cloud provider, if available."
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
        Column("Version", _info_cell("kubeletVersion", ""), description="Kubelet Version reported by the node."),
        Column("Internal-IP", _address_cell("InternalIP"), description=ADDRESSES, priority=1),
        Column("External-IP", _address_cell("ExternalIP"), description=ADDRESSES, priority=1),
        Column(
            "OS-Image",
            _info_cell("osImage", UNKNOWN),
            description="OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).",
            priority=1,
        ),
        Column(
            "Kernel-Version",
            kernel_cell,
            description="Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
            priority=1,
        ),
        Column(
            "Container-Runtime",
            _info_cell("containerRuntimeVersion", UNKNOWN),
            description="ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).",
            priority=1,
        ),
    ),
    default=default,
    defaults_status=True,
    prepare=prepare,
    validate=validate,
    selectable_fields={
        "spec.unschedulable": lambda node: "true" if (node.get("spec") or {}).get("unschedulable") else "false"
    },
    subresources=(proxied.door("Node"), Subresource("status", prepare=strategy.status_door(), validate=validate)),
    storage_group="minions",
)
