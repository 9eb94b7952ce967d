"""Columns and strategies that several kinds share.

Models: pkg/printers/internalversion/printers.go and pkg/registry/*/strategy.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apimachinery import labels, table
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Column

NONE = "<none>"


def name_cell(obj: Obj, now: float) -> str:
    return obj["metadata"].get("name", "")  # type: ignore[no-any-return]  # names are strings


def age_cell(obj: Obj, now: float) -> str:
    return table.age(obj["metadata"].get("creationTimestamp"), now)


NAME = Column("Name", name_cell, format="name", description="Name must be unique within a namespace.")
AGE = Column(
    "Age",
    age_cell,
    description="CreationTimestamp is a timestamp representing the server time when this object was created.",
)
CREATED_AT = Column("Created At", lambda obj, now: obj["metadata"].get("creationTimestamp", ""), type="date")


def container_names(template: Obj) -> str:
    return ",".join(each["name"] for each in template["spec"].get("containers") or ())


def container_images(template: Obj) -> str:
    return ",".join(each.get("image", "") for each in template["spec"].get("containers") or ())


def selector_text(selector: Obj | None) -> str:
    return str(labels.from_label_selector(selector)) if selector else NONE


def map_text(found: Obj | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(found.items())) if found else NONE


def template_columns(selector: Callable[[Obj], str]) -> tuple[Column, ...]:
    """The wide columns of what has a pod template; `selector(obj)` gives the last one's text."""
    return (
        Column("Containers", lambda obj, now: container_names(obj["spec"]["template"]), priority=1),
        Column("Images", lambda obj, now: container_images(obj["spec"]["template"]), priority=1),
        Column("Selector", lambda obj, now: selector(obj), priority=1),
    )


# --- strategies -----------------------------------------------------------------------------------------------------


def spec_and_status(new: Obj, old: Obj | None) -> None:
    """Clients write the spec; status is the controllers', generation counts changes of the spec."""
    metadata = new["metadata"]
    if old is None:
        new.pop("status", None)
        metadata["generation"] = 1
        return
    if "status" in old:
        new["status"] = old["status"]
    else:
        new.pop("status", None)
    generation = old["metadata"].get("generation") or 0
    metadata["generation"] = generation + 1 if new.get("spec") != old.get("spec") else generation


def status_only(new: Obj, old: Obj | None) -> None:
    """A write through the status door keeps everything else as it was (metadata may still change)."""
    if old is None:
        return
    for name in [name for name in new if name not in ("status", "metadata", "apiVersion", "kind")]:
        del new[name]
    for name, value in old.items():
        if name not in ("status", "metadata"):
            new[name] = value
    metadata = new["metadata"]
    for name in ("generation", "ownerReferences", "finalizers"):
        if name in old["metadata"]:
            metadata[name] = old["metadata"][name]
