"""Event of events.k8s.io/v1: the second face of the core Event, with stricter rules.

It is stored as a v1 Event under the same key (`Kind.storage_kind`); what is not the same in both is renamed here.
Models: pkg/apis/events/v1/conversion.go, core/validation/events.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, strategy, validation
from cluster.apis.core import event
from cluster.apis.registry import Kind

API_VERSION = "events.k8s.io/v1"
RENAMED = {
    "regarding": "involvedObject",
    "note": "message",
    "reportingController": "reportingComponent",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
SHOWN = {stored: name for name, stored in RENAMED.items()}
TYPES = ("Normal", "Warning")
UNSET = ("firstTimestamp", "lastTimestamp", "count", "source")
UNCHANGING = (
    "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime",
    "action", "related",
)  # fmt: skip


def to_storage(obj: Obj) -> Obj:
    """The Event as v1 has it."""
    if obj.get("apiVersion") == "v1":
        return obj
    return {**{RENAMED.get(name, name): value for name, value in obj.items()}, "apiVersion": "v1"}


def from_storage(obj: Obj) -> Obj:
    """The Event as events.k8s.io/v1 has it."""
    if obj.get("apiVersion") == API_VERSION:
        return obj
    return {**{SHOWN.get(name, name): value for name, value in obj.items()}, "apiVersion": API_VERSION}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    """Of the stored form, as all that a kind with a second face does."""
    faults = event.legacy(new, "reportingController") + metadata.validate(new, old, names.dns1123_subdomain)
    if old is None:
        return faults + _series(new) + _strict(new)
    if new.get("series") != old.get("series"):
        faults += _series(new)
    for field in UNCHANGING:
        faults += validation.immutable(field, new.get(field), old.get(field))
    for field, stored in (("reportingController", "reportingComponent"), ("reportingInstance", "reportingInstance")):
        faults += validation.immutable(field, new.get(stored), old.get(stored))
    return faults


def _series(new: Obj) -> list[FieldError]:
    series = new.get("series")
    if series is None:
        return []
    faults: list[FieldError] = []
    if (series.get("count") or 0) < 2:
        faults.append(validation.invalid("series.count", "", "should be at least 2"))
    if not series.get("lastObservedTime"):
        faults.append(validation.required("series.lastObservedTime"))
    return faults


def _strict(new: Obj) -> list[FieldError]:
    faults = [] if new.get("eventTime") else [validation.required("eventTime")]
    if new.get("type") not in TYPES:
        faults.append(validation.invalid("type", "", f"has invalid value: {new.get('type') or ''}"))
    for field in UNSET:
        if any(new[field].values()) if field == "source" and new.get(field) else new.get(field):
            faults.append(validation.invalid(field, "", "needs to be unset"))
    return faults


KIND = Kind(
    group="events.k8s.io",
    version="v1",
    kind="Event",
    plural="events",
    schema="io.k8s.api.events.v1.Event",
    short_names=("ev",),
    columns=event.COLUMNS,
    default=event.default,
    prepare=strategy.keep_generation,
    validate=validate,
    selectable_fields={
        **{f"regarding.{name}": event.involved(name) for name in event.REFERENCE_FIELDS},
        "reason": event.field("reason"),
        "reportingController": event.field("reportingComponent"),
        "type": event.field("type"),
    },
    storage_kind="Event",
    to_storage=to_storage,
    from_storage=from_storage,
)
