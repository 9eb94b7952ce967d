"""Informers: a component's own view of a kind, kept by list and watch; handlers are told of each change.

Handlers only enqueue. They run with `current_hop` set to the delivery that told of the change, so what follows names
its cause. A watch that ends is resumed from the last revision; one that is too old starts over with a list, compared
with the store, so no change is missed and none is told twice.
Models: client-go/tools/cache/{reflector,shared_informer,thread_safe_store}.go v1.37
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import ADDED, BOOKMARK, DELETED, ERROR, MODIFIED
from cluster.client.rest import Client
from cluster.clock import Clock, whose
from cluster.wire.hop import current_hop
from cluster.wire.message import ConnectionLost
from cluster.wire.stream import Delivery

OnEvent = Callable[[str, Obj | None, Obj | None], None]
Index = Callable[[Obj], list[str]]
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.2, 10.0

logger = logging.getLogger(__name__)


class Informer:
    """The objects of one selection by key, and who is told of their changes."""

    def __init__(self, client: Client, clock: Clock, kind: str, namespace: str, query: dict[str, str]) -> None:
        self.client = client
        self.clock = clock
        self.kind = kind
        self.namespace = namespace
        self.query = query
        self.store: dict[str, Obj] = {}
        self._handlers: list[OnEvent] = []
        self._owners: list[str] = []
        self._indexes: dict[str, tuple[Index, dict[str, dict[str, Obj]]]] = {}
        self._version = ""
        self._synced = asyncio.Event()
        self.stopped: asyncio.Event | None = None

    def add_handler(self, on_event: OnEvent) -> None:
        """Tell `on_event(type, old, new)` of every change, and at once of what is there; `let_go` ends it."""
        self._handlers.append(on_event)
        self._owners.append(whose.get())
        for obj in list(self.store.values()):
            on_event(ADDED, None, obj)

    @property
    def handlers(self) -> int:
        """How many are told."""
        return len(self._handlers)

    def let_go(self, owner: str) -> None:
        """Tell the handlers no more that were added on behalf of a component."""
        kept = [pair for pair in zip(self._handlers, self._owners, strict=True) if pair[1] != owner]
        self._handlers = [handler for handler, _ in kept]
        self._owners = [each for _, each in kept]

    def add_index(self, name: str, values_of: Index) -> None:
        """Keep objects findable by the values that `values_of(obj)` gives."""
        if name not in self._indexes:
            self._indexes[name] = (values_of, {})
            for key, obj in self.store.items():
                self._reindex(key, None, obj)

    def by_index(self, name: str, value: str) -> list[Obj]:
        return list(self._indexes[name][1].get(value, {}).values())

    def get(self, name: str, namespace: str = "") -> Obj | None:
        return self.store.get(f"{namespace}/{name}" if namespace else name)

    async def synced(self) -> None:
        await self._synced.wait()

    async def run(self) -> None:
        """List and watch until cancelled."""
        delay = FIRST_RETRY_SECONDS
        while True:
            try:
                if not self._version:
                    await self._list()
                stream = await self.client.watch(
                    self.kind, self.namespace, resourceVersion=self._version, allowWatchBookmarks="true", **self.query
                )
                delay = FIRST_RETRY_SECONDS
                try:
                    async for deliveries in stream:
                        self._receive(deliveries)
                finally:
                    stream.close()
            except ApiError as error:
                if error.code == 410:
                    self._version = ""
                    continue
                logger.debug("%s: %s", self.kind, error)
            except ConnectionLost as error:
                logger.debug("%s: %s", self.kind, error)
            await self.clock.sleep(delay * (1 + self.clock.random.random()))
            delay = min(delay * 2, LONGEST_RETRY_SECONDS)

    async def _list(self) -> None:
        found = await self.client.list(self.kind, self.namespace, **self.query)
        fresh = {meta.key_of(obj): obj for obj in found.items}
        for key in [key for key in self.store if key not in fresh]:
            self._change(DELETED, key, self.store[key])
        for key, obj in fresh.items():
            known = self.store.get(key)
            if known is None:
                self._change(ADDED, key, obj)
            elif known["metadata"].get("resourceVersion") != obj["metadata"].get("resourceVersion"):
                self._change(MODIFIED, key, obj)
        self._version = found.resource_version
        self._synced.set()

    def _receive(self, deliveries: list[Delivery]) -> None:
        for event, hop in deliveries:
            if event.type == ERROR:
                self._version = ""
                raise ApiError(event.object)
            obj = event.object
            self._version = obj["metadata"].get("resourceVersion") or self._version
            if event.type == BOOKMARK:
                continue
            token = current_hop.set(hop)
            try:
                self._change(event.type, meta.key_of(obj), obj)
            finally:
                current_hop.reset(token)

    def _change(self, type: str, key: str, obj: Obj) -> None:
        old = self.store.get(key)
        if type == DELETED:
            self.store.pop(key, None)
            self._reindex(key, old, None)
        else:
            self.store[key] = obj
            self._reindex(key, old, obj)
            type = ADDED if old is None else MODIFIED
        for handler in self._handlers:
            try:
                handler(type, old, obj)
            except Exception:
                logger.exception("a handler of %s could not take %s", self.kind, key)

    def _reindex(self, key: str, old: Obj | None, new: Obj | None) -> None:
        for values_of, found in self._indexes.values():
            was, now = values_of(old) if old is not None else (), values_of(new) if new is not None else ()
            for value in was if was != now else ():
                members = found.get(value)
                if members is not None:
                    members.pop(key, None)
                    if not members:
                        del found[value]
            for value in now:
                found.setdefault(value, {})[key] = new  # type: ignore[assignment]  # new is not None here


class InformerFactory:
    """One informer a selection, shared by whoever asks."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self._informers: dict[tuple[str, str, str, str], Informer] = {}
        self._tasks: dict[tuple[str, str, str, str], asyncio.Task[None]] = {}
        self._unsynced: list[Informer] = []
        self._running = False

    def informer(
        self, kind: str, namespace: str = "", *, label_selector: str = "", field_selector: str = ""
    ) -> Informer:
        key = (kind, namespace, label_selector, field_selector)
        if key not in self._informers:
            query = {"labelSelector": label_selector, "fieldSelector": field_selector}
            found = Informer(
                self.client, self.clock, kind, namespace, {name: text for name, text in query.items() if text}
            )
            self._informers[key] = found
            self._unsynced.append(found)
            if self._running:
                self._start(key)
        return self._informers[key]

    def forget(self, kind: str) -> None:
        """Stop watching a kind that is served no longer."""
        for key in [key for key in self._informers if key[0] == kind]:
            informer = self._informers.pop(key)
            if informer in self._unsynced:
                self._unsynced.remove(informer)
            if (task := self._tasks.pop(key, None)) is not None:
                task.cancel()

    def let_go(self, owner: str) -> None:
        """A component has stopped: its handlers are told of nothing more."""
        for informer in self._informers.values():
            informer.let_go(owner)

    async def run(self) -> None:
        """Run every informer until cancelled."""
        self.start()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await self.close()

    def start(self) -> None:
        self._running = True
        for key in self._informers:
            self._start(key)

    async def close(self) -> None:
        self._running = False
        tasks, self._tasks = list(self._tasks.values()), {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def all(self) -> list[Informer]:
        return list(self._informers.values())

    async def synced(self) -> None:
        """All of them know what there is; asked often, so those that did are not asked again."""
        while self._unsynced:
            informer = self._unsynced[-1]
            await informer.synced()
            if informer in self._unsynced:
                self._unsynced.remove(informer)

    def _start(self, key: tuple[str, str, str, str]) -> None:
        if key not in self._tasks:
            self._tasks[key] = asyncio.get_running_loop().create_task(self._informers[key].run())


def owner_uids(obj: Obj) -> list[str]:
    """An index: the uid of the controlling owner."""
    owner: dict[str, Any] | None = meta.controller_of(obj)
    return [owner["uid"]] if owner else []


def namespaces(obj: Obj) -> list[str]:
    """An index: the namespace."""
    return [meta.namespace_of(obj)]
