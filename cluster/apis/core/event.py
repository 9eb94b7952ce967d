"""Event: what a component tells of an object. events.k8s.io/v1 shows the same objects in another form (`events.event`).

Models: pkg/registry/core/event/strategy.go, core/validation/events.go, printers.go printEvent v1.37
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apimachinery import names, table
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, strategy, validation
from cluster.apis.registry import Column, Kind

LIMITS = {"reportingInstance": 128, "action": 128, "reason": 128, "message": 1024}
"""How long a field of an Event with an eventTime may be, in characters; all but the message are required."""
NAMESPACE_MESSAGE = "does not match event.namespace"
REFERENCE_FIELDS = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


def default(event: Obj) -> None:
    """The fields that are never left out."""
    for name in ("involvedObject", "source"):
        event.setdefault(name, {})
    for name in ("firstTimestamp", "lastTimestamp", "eventTime"):
        event.setdefault(name, None)
    for name in ("reportingComponent", "reportingInstance"):
        event.setdefault(name, "")


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    """The rules of v1, kept for old clients: labels and annotations are not looked at."""
    return legacy(new, "reportingComponent")


def legacy(event: Obj, reporter: str) -> list[FieldError]:
    """What an Event must satisfy in either version; `reporter` is how the version names the reporting component."""
    namespace = event["metadata"].get("namespace") or ""
    involved = (event.get("involvedObject") or {}).get("namespace") or ""
    if not event.get("eventTime"):
        matches = namespace == involved if involved else namespace in ("", "default")
        return [] if matches else [validation.invalid("involvedObject.namespace", involved, NAMESPACE_MESSAGE)]
    faults: list[FieldError] = []
    if not involved and namespace not in ("default", "kube-system"):
        faults.append(validation.invalid("involvedObject.namespace", involved, NAMESPACE_MESSAGE))
    component = event.get("reportingComponent") or ""
    if not component:
        faults.append(validation.required(reporter))
    faults += validation.each(reporter, component, names.qualified_name(component))
    for field, limit in LIMITS.items():
        text = event.get(field) or ""
        if not text and field != "message":
            faults.append(validation.required(field))
        if len(text) > limit:
            faults.append(validation.invalid(field, "", f"can have at most {limit} characters"))
    return faults


# --- columns --------------------------------------------------------------------------------------------------------


def first_seen_cell(event: Obj, now: float) -> str:
    return table.age(event.get("firstTimestamp") or event.get("eventTime"), now)


def last_seen_cell(event: Obj, now: float) -> str:
    if series := event.get("series"):
        return table.age(series.get("lastObservedTime"), now)
    return table.age(event.get("lastTimestamp") or event.get("firstTimestamp") or event.get("eventTime"), now)


def count_cell(event: Obj, now: float) -> int:
    return (event["series"].get("count") or 0) if event.get("series") else event.get("count") or 1


def object_cell(event: Obj, now: float) -> str:
    involved = event.get("involvedObject") or {}
    kind, name = (involved.get("kind") or "").lower(), involved.get("name")
    return f"{kind}/{name}" if name else kind


def source_cell(event: Obj, now: float) -> str:
    source = event.get("source") or {}
    component = source.get("component") or event.get("reportingComponent") or ""
    instance = source.get("host") or event.get("reportingInstance") or ""
    return f"{component}, {instance}" if instance else component


COLUMNS = (
    Column(
        "Last Seen",
        last_seen_cell,
        description="The time at which the most recent occurrence of this event was recorded.",
    ),
    Column(
        "Type",
        columns.field("", "type"),
        description="Type of this event (Normal, Warning), new types could be added in the future",
    ),
    Column(
        "Reason",
        columns.field("", "reason"),
        description="This should be a short, machine understandable string that gives the reason for the transition "
        "into the object's current status.",
    ),
    Column("Object", object_cell, description="The object that this event is about."),
    Column(
        "Subobject", columns.field("involvedObject", "fieldPath"), description="The part of the object.", priority=1
    ),
    Column(
        "Source",
        source_cell,
        description="The component reporting this event. Should be a short machine understandable string.",
        priority=1,
    ),
    Column(
        "Message",
        lambda event, now: (event.get("message") or "").strip(),
        description="A human-readable description of the status of this operation.",
    ),
    Column(
        "First Seen",
        first_seen_cell,
        description="The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)",
        priority=1,
    ),
    Column("Count", count_cell, description="The number of times this event has occurred.", priority=1),
    Column("Name", columns.name_cell, format="name", description=columns.NAME_DESCRIPTION, priority=1),
)


def field(name: str) -> Callable[[Obj], str]:
    return lambda event: event.get(name) or ""


def involved(name: str) -> Callable[[Obj], str]:
    return lambda event: (event.get("involvedObject") or {}).get(name) or ""


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    schema="io.k8s.api.core.v1.Event",
    short_names=("ev",),
    columns=COLUMNS,
    default=default,
    prepare=strategy.keep_generation,
    validate=validate,
    selectable_fields={
        **{f"involvedObject.{name}": involved(name) for name in REFERENCE_FIELDS},
        "reason": field("reason"),
        "reportingComponent": field("reportingComponent"),
        "source": lambda event: (event.get("source") or {}).get("component") or event.get("reportingComponent") or "",
        "type": field("type"),
    },
)
