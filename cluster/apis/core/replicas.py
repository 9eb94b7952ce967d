"""What ReplicaSet and ReplicationController share: they keep so many pods of one template.

Models: pkg/registry/{apps/replicaset,core/replicationcontroller}/strategy.go, printers.go printReplicaSet v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Cell, Column

COUNTS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")
GREATER = "cannot be greater than status.replicas"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new.setdefault("status", {"replicas": 0})


def warn(new: Obj, old: Obj | None) -> Sequence[str]:
    """A name that pods' host names cannot be made of."""
    messages = names.dns1123_label(new["metadata"].get("name") or "") if old is None else ()
    if not messages:
        return ()
    return (
        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label "
        f"is recommended: [{' '.join(messages)}]",
    )


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    status = new.get("status") or {}
    for name in (*COUNTS, "terminatingReplicas"):
        faults += validation.not_negative(f"status.{name}", status.get(name))
    return faults + no_more(status, ("fullyLabeledReplicas", "readyReplicas", "availableReplicas"))


def no_more(status: Obj, fields: Sequence[str]) -> list[FieldError]:
    """A part is not more than the whole, nor are there more available than ready."""
    faults: list[FieldError] = []
    total, available = status.get("replicas") or 0, status.get("availableReplicas") or 0
    for field in fields:
        if (count := status.get(field) or 0) > total:
            faults.append(validation.invalid(f"status.{field}", count, GREATER))
    if available > (status.get("readyReplicas") or 0):
        text = "cannot be greater than readyReplicas"
        faults.append(validation.invalid("status.availableReplicas", available, text))
    return faults


def status_cell(name: str) -> Cell:
    return columns.field("status", name, 0)


def columns_of(selector: Callable[[Obj], str]) -> tuple[Column, ...]:
    return (
        columns.NAME,
        Column(
            "Desired",
            columns.field("spec", "replicas", 0),
            type="integer",
            description="Replicas is the number of desired pods.",
        ),
        Column(
            "Current",
            status_cell("replicas"),
            type="integer",
            description="Replicas is the most recently observed number of non-terminating pods.",
        ),
        Column(
            "Ready",
            status_cell("readyReplicas"),
            type="integer",
            description="The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.",
        ),
        columns.AGE,
        *columns.template_columns(selector, "Selector is a label query over pods that should match the replica count."),
    )
