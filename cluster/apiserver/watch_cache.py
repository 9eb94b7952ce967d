"""The watch cache: every object of the cluster in memory, and the newest events of each resource.

It follows one watch of etcd over all keys. Reads and lists are served from here; watches are fed from here. It is
rebuilt from etcd at every start. A read waits until the cache has seen what this server last wrote.
Models: apiserver/pkg/storage/cacher/{cacher,watch_cache}.go v1.37
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import ADDED, DELETED, MODIFIED, WatchEvent
from cluster.apis.registry import Kind, Registry
from cluster.apiserver.storage import Storage
from cluster.apiserver.stored import StoredPayload, stamped
from cluster.apiserver.watcher import Watcher, Watchers
from cluster.clock import Clock
from cluster.wire.message import Payload
from cluster.wire.stream import Delivery

HISTORY = 2_000
PATIENCE_SECONDS = 7.0


class Item:
    """One object as of a revision."""

    __slots__ = ("hop", "key", "payload", "revision")

    def __init__(self, key: str, payload: Payload, revision: int, hop: int) -> None:
        self.key = key
        self.revision = revision
        self.hop = hop
        self.payload = payload

    @property
    def object(self) -> Obj:
        return self.payload.object  # type: ignore[no-any-return]  # an item's payload holds an object


class Change:
    """One event of one resource: what was there before, what is there now."""

    __slots__ = ("event", "hop", "new", "old", "revision", "type")

    def __init__(self, type: str, old: Item | None, new: Item, revision: int, hop: int) -> None:
        self.event: WatchEvent | None = None
        self.type = type
        self.old = old
        self.new = new
        self.revision = revision
        self.hop = hop


class ResourceCache:
    """The objects of one resource by key, their newest changes, and who watches them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.items: dict[str, Item] = {}
        self.history: deque[Change] = deque(maxlen=HISTORY)
        self.oldest = 0
        self.generation = 0
        self.watchers = Watchers(kind)
        self.on_change: Callable[[], None] | None = None
        """Who inside this server is told that something changed; no watch, and nobody's hop."""

    def record(self, change: Change) -> None:
        if len(self.history) == HISTORY:
            self.oldest = self.history[0].revision
        self.history.append(change)
        self.generation += 1

    def since(self, revision: int) -> list[Change]:
        """The changes after a revision; ApiError 410 when they are no longer kept."""
        if revision < self.oldest:
            raise status.expired(f"too old resource version: {revision} ({self.oldest})")
        found = []
        for change in reversed(self.history):
            if change.revision <= revision:
                break
            found.append(change)
        found.reverse()
        return found

    def at(self, revision: int) -> dict[str, Item] | None:
        """The items as they were at a revision, or None when the changes since then are no longer kept."""
        if revision < self.oldest:
            return None
        found = dict(self.items)
        for change in reversed(self.history):
            if change.revision <= revision:
                break
            if change.old is None:
                found.pop(change.new.key, None)
            else:
                found[change.new.key] = change.old
        return found


class WatchCache:
    """All resources of one cluster."""

    def __init__(self, registry: Registry, storage: Storage, clock: Clock) -> None:
        self.storage = storage
        self.clock = clock
        self.resuming = True
        self.revision = 0
        self.resources: dict[str, ResourceCache] = {}
        self._of_kind: dict[str, ResourceCache] = {}
        self.serve(registry)
        self.started = 0
        self.reaching_back = asyncio.Lock()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    def serve(self, registry: Registry) -> None:
        """Keep what the registry's kinds have, and no more: what watched others ends."""
        wanted = {(kind.storage_group or kind.plural): kind for kind in registry.storages()}
        for name in set(self.resources) - set(wanted):
            for watcher in self.resources.pop(name).watchers.all():
                watcher.stream.close()
        for name, kind in wanted.items():
            known = self.resources.get(name)
            if known is None:
                self.resources[name] = cache = ResourceCache(kind)
                cache.oldest = self.revision
            elif known.kind is not kind:
                known.kind = known.watchers.kind = kind
        self._of_kind = {cache.kind.built_in: cache for cache in self.resources.values()}

    def of(self, kind: Kind) -> ResourceCache:
        return self.resources[kind.storage_group or kind.plural]

    def named(self, kind: str) -> ResourceCache:
        return self._of_kind[kind]

    def load(self, kvs: Sequence[Any], revision: int) -> None:
        """Start from a range over all keys; what was there before is forgotten, with its watches."""
        for known in self.resources.values():
            known.items.clear()
            known.history.clear()
            known.generation += 1
            for watcher in known.watchers.all():
                watcher.stream.close()
        for kv in kvs:
            found = self.of_key(kv.key)
            if found is not None:
                found.items[kv.key] = item_of(kv)
        self.revision = self.started = revision
        for known in self.resources.values():
            known.oldest = revision

    def consume(self, deliveries: list[Delivery]) -> bool:
        """etcd's events of one commit: apply them, then tell the watchers, each once with all of its events.

        False when the wire lost an event on the way: the watch must be opened again from the last revision.
        """
        whole = True
        touched: dict[ResourceCache, list[Change]] = {}
        for event, hop in deliveries:
            del hop
            if event.revision > self.revision + 1 and not self.resuming:
                whole = False
                break
            self.resuming = False
            self.revision = event.revision
            cache = self.of_key(event.kv.key)
            if cache is not None:
                touched.setdefault(cache, []).append(self._apply(cache, event))
        for cache, changes in touched.items():
            cache.watchers.tell(changes)
            if cache.on_change is not None:
                cache.on_change()
        if self._waiting:
            self._release()
        return whole

    async def caught_up(self) -> None:
        """Return when the cache has seen everything that this server wrote. ApiError 504 when that takes too long."""
        wanted = self.storage.written
        if self.revision < wanted:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((wanted, future))
            try:
                await self.clock.wait_for(future, PATIENCE_SECONDS)
            except TimeoutError as error:
                raise status.too_large_version(wanted, self.revision) from error

    def watch(self, cache: ResourceCache, watcher: Watcher, revision: int | None) -> None:
        """Start a watcher: after a revision (None: from now on). ApiError 410 when that is too old."""
        if revision is not None:
            changes = cache.since(revision)
            if changes:
                watcher.tell(changes)
        cache.watchers.add(watcher)

    def objects(self, kind: str, namespace: str = "") -> Iterable[Obj]:
        cache = self.named(kind)
        prefix = cache.kind.key(namespace)
        return [item.object for key, item in cache.items.items() if not namespace or key.startswith(prefix)]

    def _apply(self, cache: ResourceCache, event: Any) -> Change:
        kv = event.kv
        old = cache.items.get(kv.key)
        if event.type == "DELETE":
            cache.items.pop(kv.key, None)
            gone = Item(kv.key, last_seen(old, kv.mod_revision), kv.mod_revision, kv.hop)
            change = Change(DELETED, old, gone, kv.mod_revision, kv.hop)
        else:
            remembered = self.storage.decoded.get(id(kv.value))
            obj = remembered[1] if remembered is not None and remembered[0] is kv.value else None
            item = item_of(kv, obj)
            cache.items[kv.key] = item
            change = Change(ADDED if old is None else MODIFIED, old, item, kv.mod_revision, kv.hop)
        cache.record(change)
        return change

    def of_key(self, key: str) -> ResourceCache | None:
        parts = key.split("/", 4)
        if len(parts) < 4:
            return None
        return self.resources.get(parts[2]) or self.resources.get(f"{parts[2]}/{parts[3]}")

    def _release(self) -> None:
        still = []
        for wanted, future in self._waiting:
            if wanted > self.revision:
                still.append((wanted, future))
            elif not future.done():
                future.set_result(None)
        self._waiting = still


def change_of(event: Any) -> Change:
    """The change that an event of etcd's log tells of; what it holds is decoded when somebody looks."""
    kv, previous = event.kv, event.prev_kv
    old = None if previous is None else item_of(previous)
    if event.type == "DELETE":
        gone = Item(kv.key, last_seen(old, kv.mod_revision), kv.mod_revision, kv.hop)
        return Change(DELETED, old, gone, kv.mod_revision, kv.hop)
    return Change(ADDED if old is None else MODIFIED, old, item_of(kv), kv.mod_revision, kv.hop)


def item_of(kv: Any, obj: Obj | None = None) -> Item:
    """A key-value as an item; `obj` is its value decoded, when somebody knows it already."""
    known = None if obj is None else stamped(obj, kv.mod_revision)
    return Item(kv.key, StoredPayload(kv.value, kv.mod_revision, known), kv.mod_revision, kv.hop)


def last_seen(old: Item | None, revision: int) -> Payload:
    """A deleted object: as it was, with the revision of its deletion."""
    if old is None:
        return Payload(object={"metadata": {}})
    if not isinstance(old.payload, StoredPayload):
        return Payload(object=stamped(old.object, revision))
    known = stamped(old.object, revision) if old.payload.is_decoded else None
    return StoredPayload(old.payload.value, revision, known)
