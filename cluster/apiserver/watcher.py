"""Watchers of one resource, found by what they can possibly want: a node's pods, one name, one namespace, all.

A change that makes an object match a selector is told as ADDED, one that makes it stop matching as DELETED.
Models: apiserver/pkg/storage/cacher/cache_watcher.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import labels
from cluster.apimachinery.fields import FieldSelector
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import ADDED, BOOKMARK, DELETED, MODIFIED, WatchEvent
from cluster.apis.registry import Kind
from cluster.wire.message import Payload
from cluster.wire.stream import Stream

if TYPE_CHECKING:
    from cluster.apiserver.watch_cache import Change

NODE_FIELD = "spec.nodeName"

Transform = Callable[[WatchEvent], WatchEvent]


class Selection:
    """Which objects of a resource: namespace, label selector, field selector."""

    __slots__ = ("fields", "kind", "labels", "name", "namespace", "node", "plain")

    def __init__(self, kind: Kind, namespace: str, label_selector: labels.Selector, fields: FieldSelector) -> None:
        self.kind = kind
        self.namespace = namespace or fields.requires("metadata.namespace") or ""
        self.labels = label_selector
        self.fields = fields
        self.name = fields.requires("metadata.name")
        self.node = fields.requires(NODE_FIELD)
        self.plain = label_selector.empty and fields.empty

    def matches(self, obj: Obj) -> bool:
        metadata = obj["metadata"]
        if self.namespace and metadata.get("namespace") != self.namespace:
            return False
        if self.plain:
            return True
        if not self.labels.empty and not self.labels.matches(metadata.get("labels") or {}):
            return False
        return self.fields.empty or self.fields.matches(lambda field: value_of(self.kind, field, obj))


def value_of(kind: Kind, field: str, obj: Obj) -> str:
    if field == "metadata.name":
        return obj["metadata"].get("name") or ""
    if field == "metadata.namespace":
        return obj["metadata"].get("namespace") or ""
    return kind.selectable_fields[field](obj)


class Watcher:
    """One watch: its selection and its stream. `transform` turns events into what the client asked for (a Table)."""

    __slots__ = ("bookmarks", "client", "selection", "stream", "transform")

    def __init__(self, selection: Selection, *, bookmarks: bool, transform: Transform | None = None) -> None:
        self.selection = selection
        self.bookmarks = bookmarks
        self.transform = transform
        self.client = ""
        self.stream = Stream()

    def tell(self, changes: Sequence[Change]) -> None:
        events = []
        for change in changes:
            event = self._event(change)
            if event is not None:
                events.append(event if self.transform is None else self.transform(event))
        if events:
            self.stream.push(events)

    def bookmark(self, obj: Obj, revision: int) -> None:
        event = WatchEvent(BOOKMARK, Payload(object=obj), revision)
        self.stream.push([event if self.transform is None else self.transform(event)])

    def _event(self, change: Change) -> WatchEvent | None:
        selection = self.selection
        if selection.plain and not selection.namespace:
            return _shared(change, change.type)
        before = change.old is not None and selection.matches(change.old.object)
        after = change.type != DELETED and selection.matches(change.new.object)
        if after:
            return _shared(change, MODIFIED if before else ADDED)
        return _shared(change, DELETED) if before else None


def _shared(change: Change, type: str) -> WatchEvent:
    """The event of a change, one instance for all watchers that are told the same."""
    event = change.event
    if event is None or event.type != type:
        event = change.event = WatchEvent(type, change.new.payload, change.revision, change.hop)
    return event


class Watchers:
    """The watchers of one resource, by what narrows them most."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.by: dict[tuple[str, Any], set[Watcher]] = {}

    def add(self, watcher: Watcher) -> None:
        bucket = self._bucket(watcher.selection)
        members = self.by.setdefault(bucket, set())
        members.add(watcher)

        def leave() -> None:
            members.discard(watcher)
            if not members and self.by.get(bucket) is members:
                del self.by[bucket]

        watcher.stream.on_close(leave)

    def all(self) -> list[Watcher]:
        return [watcher for members in self.by.values() for watcher in members]

    def tell(self, changes: Sequence[Change]) -> None:
        """Tell each watcher of the changes that it may want, in one batch."""
        if not self.by:
            return
        batches: dict[Watcher, list[Change]] = {}
        for change in changes:
            for bucket in self._buckets_of(change):
                for watcher in self.by.get(bucket, ()):
                    batches.setdefault(watcher, []).append(change)
        for watcher, batch in batches.items():
            watcher.tell(batch)

    @staticmethod
    def _bucket(selection: Selection) -> tuple[str, Any]:
        if selection.node is not None:
            return "node", selection.node
        if selection.name is not None:
            return "name", selection.name
        return ("namespace", selection.namespace) if selection.namespace else ("all", "")

    @staticmethod
    def _buckets_of(change: Change) -> list[tuple[str, Any]]:
        obj = change.new.object
        metadata = obj["metadata"]
        found: list[tuple[str, Any]] = [
            ("all", ""),
            ("namespace", metadata.get("namespace", "")),
            ("name", metadata.get("name", "")),
        ]
        node = (obj.get("spec") or {}).get("nodeName") if isinstance(obj.get("spec"), dict) else None
        if node is not None:
            found.append(("node", node))
        if change.old is not None:
            was = (
                (change.old.object.get("spec") or {}).get("nodeName")
                if isinstance(change.old.object.get("spec"), dict)
                else None
            )
            if was is not None and was != node:
                found.append(("node", was))
        return found


def bookmark_of(kind: Any, revision: int, annotations: Obj | None = None) -> Obj:
    metadata: Obj = {"resourceVersion": str(revision), "creationTimestamp": None}
    if annotations:
        metadata["annotations"] = annotations
    return {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
