"""A kind that is stored in another kind's form: how it is shown, and how it is kept (`registry.Kind.storage_kind`).

Only events.k8s.io/v1 Event is one today. Everything between decoding and answering sees the stored form.
Models: apimachinery/pkg/runtime/serializer/versioning v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import WatchEvent
from cluster.apis.registry import Kind
from cluster.wire.message import Payload


def shown(kind: Kind, obj: Obj) -> Obj:
    """A stored object as the kind that was asked for."""
    return kind.from_storage(obj) if kind.from_storage is not None else obj


def kept(kind: Kind, obj: Obj) -> Obj:
    """An object of the kind in the form in which it is stored."""
    return kind.to_storage(obj) if kind.to_storage is not None else obj


def shown_payload(kind: Kind, payload: Payload) -> Payload:
    return payload if kind.from_storage is None else Payload(object=kind.from_storage(payload.object))


def shown_event(kind: Kind, event: WatchEvent) -> WatchEvent:
    if kind.from_storage is None or event.object.get("kind") != kind.kind:
        return event
    return WatchEvent(event.type, shown_payload(kind, event.payload), event.revision, event.hop)
