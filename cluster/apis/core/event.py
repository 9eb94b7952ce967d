"""Event: what components tell of objects; one stored kind behind two groups' versions.

Models: pkg/registry/core/event/strategy.go, printers.go printEvent, pkg/apis/events/v1/conversion.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names, table
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind
from cluster.clock import parse_rfc3339


def default(event: Obj) -> None:
    event.setdefault("involvedObject", {})
    event.setdefault("source", {})
    event.setdefault("reportingComponent", event["source"].get("component", ""))
    event.setdefault("reportingInstance", event["source"].get("host", ""))


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    namespace = new["involvedObject"].get("namespace") or "default"
    if new["metadata"].get("namespace") != namespace:
        faults.append(
            validation.invalid(
                "involvedObject.namespace", new["involvedObject"].get("namespace", ""), "does not match event.namespace"
            )
        )
    return faults


def _seen(event: Obj, now: float) -> str:
    series = event.get("series") or {}
    last = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    first = event.get("eventTime") or event.get("firstTimestamp")
    count = series.get("count") or event.get("count") or 1
    text = table.age(last, now)
    if count > 1 and first:
        return f"{text} (x{count} over {table.human_duration(now - parse_rfc3339(first))})"
    return text


def _object(event: Obj, now: float) -> str:
    involved = event.get("involvedObject") or {}
    return f"{involved.get('kind', '').lower()}/{involved.get('name', '')}"


def _source(event: Obj, now: float) -> str:
    source = event.get("source") or {}
    parts = [source.get("component") or event.get("reportingComponent") or "", source.get("host") or ""]
    return ", ".join(part for part in parts if part)


FIELDS = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


def _involved(field: str):  # type: ignore[no-untyped-def]  # a selectable field's getter
    return lambda event: (event.get("involvedObject") or {}).get(field) or ""


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    schema="io.k8s.api.core.v1.Event",
    short_names=("ev",),
    columns=(
        Column("Last Seen", _seen),
        Column("Type", lambda obj, now: obj.get("type", "")),
        Column("Reason", lambda obj, now: obj.get("reason", "")),
        Column("Object", _object),
        Column("Subobject", lambda obj, now: (obj.get("involvedObject") or {}).get("fieldPath", ""), priority=1),
        Column("Source", _source, priority=1),
        Column("Message", lambda obj, now: obj.get("message", "").strip()),
        Column(
            "First Seen", lambda obj, now: table.age(obj.get("firstTimestamp") or obj.get("eventTime"), now), priority=1
        ),
        Column("Count", lambda obj, now: str(obj.get("count") or 1), priority=1),
        Column("Name", columns.name_cell, format="name", priority=1),
    ),
    default=default,
    validate=validate,
    selectable_fields={
        **{f"involvedObject.{field}": _involved(field) for field in FIELDS},
        "reason": lambda obj: obj.get("reason", ""),
        "reportingComponent": lambda obj: obj.get("reportingComponent", ""),
        "source": lambda obj: (obj.get("source") or {}).get("component") or obj.get("reportingComponent", ""),
        "type": lambda obj: obj.get("type", ""),
    },
)
