"""Printer columns that several kinds share, and how they word things.

Models: pkg/printers/internalversion/printers.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cluster.apimachinery import labels, table
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Cell, Column

NONE = "<none>"
MOST_LISTED = 3

NAME_DESCRIPTION = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a "
    "client to request the generation of an appropriate name automatically. Name is primarily intended for creation "
    "idempotence and configuration definition. Cannot be updated. More info: "
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
)
AGE_DESCRIPTION = (
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed "
    "to be set in happens-before order across separate operations. Clients may not set this value. It is represented "
    "in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
)


def name_cell(obj: Obj, now: float) -> str:
    return obj["metadata"].get("name", "")  # type: ignore[no-any-return]  # names are strings


def age_cell(obj: Obj, now: float) -> str:
    return table.age(obj["metadata"].get("creationTimestamp"), now)


NAME = Column("Name", name_cell, format="name", description=NAME_DESCRIPTION)
AGE = Column("Age", age_cell, description=AGE_DESCRIPTION)
CREATED_AT = Column(
    "Created At",
    lambda obj, now: obj["metadata"].get("creationTimestamp", ""),
    type="date",
    description=AGE_DESCRIPTION,
)
"""NAME and CREATED_AT are what a kind without columns of its own is shown by."""


def field(part: str, name: str, none: Any = "") -> Cell:
    """The cell that shows `obj[part][name]`, `none` when that is missing or empty; `part` "" is the object itself."""
    if not part:
        return lambda obj, now: obj.get(name) or none
    return lambda obj, now: (obj.get(part) or {}).get(name) or none


def container_names(containers: Sequence[Obj]) -> str:
    return ",".join(each.get("name", "") for each in containers)


def container_images(containers: Sequence[Obj]) -> str:
    return ",".join(each.get("image", "") for each in containers)


def map_text(found: Obj | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(found.items())) if found else NONE


def selector_text(selector: Obj | None) -> str:
    """A label selector as text, "<none>" for one that is empty. Models: metav1.FormatLabelSelector"""
    try:
        return str(labels.from_label_selector(selector)) or NONE
    except ValueError:
        return "<error>"


def listed(texts: Sequence[str], none: str) -> str:
    """The first three of many, and how many more there are."""
    if not texts:
        return none
    more = len(texts) - MOST_LISTED
    return ",".join(texts[:MOST_LISTED]) + (f" + {more} more..." if more > 0 else "")


def _containers(obj: Obj) -> Sequence[Obj]:
    return ((obj["spec"].get("template") or {}).get("spec") or {}).get("containers") or ()


def template_columns(selector: Callable[[Obj], str], description: str) -> tuple[Column, ...]:
    """The wide columns of what has a pod template; `selector(obj)` gives the last one's text."""
    names, images = "Names of each container in the template.", "Images referenced by each container in the template."
    return (
        Column("Containers", lambda obj, now: container_names(_containers(obj)), description=names, priority=1),
        Column("Images", lambda obj, now: container_images(_containers(obj)), description=images, priority=1),
        Column("Selector", lambda obj, now: selector(obj), description=description, priority=1),
    )
