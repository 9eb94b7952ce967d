"""One broadcaster a cluster: hears the wire and follows pods and nodes while somebody looks, and prepares one frame
for all viewers.

A frame tells what changed since the last: objects whole, messages as tokens (`traffic`), components as differences.
A change after quiet goes out at once, what follows together after a pause; messages alone wait for the change they
lead to; components are looked at apart, once a second. A viewer that comes back is told what it missed (`changes`).
Nobody looks: after a while it stops and costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import orjson

from cluster.apimachinery.meta import Obj
from cluster.client.informer import InformerFactory
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.hop import Hop
from dashboard.consumers.changes import ChangeLog
from dashboard.consumers.states import States
from dashboard.consumers.traffic import Traffic
from dashboard.presenters import diagram

KINDS = ("Pod", "Node")
PAUSE_SECONDS, PER_VIEWER_SECONDS, PER_BYTE_SECONDS = 0.016, 0.0002, 2.5e-7
MESSAGES_SECONDS, STATE_SECONDS, CONTROL_SECONDS, LINGER_SECONDS = 0.025, 1.0, 0.08, 60.0

logger = logging.getLogger(__name__)


class Frame(NamedTuple):
    """One message to viewers, ready to send."""

    sequence: int
    text: str


class Seen(NamedTuple):
    """What a page saw last: of which broadcaster, up to which revisions."""

    epoch: str
    revisions: dict[str, int]


class Viewer(Protocol):
    """Who is told frames."""

    def tell(self, frame: Frame) -> None: ...

    def end(self) -> None:
        """There is no such cluster any more."""


class Broadcaster:
    """Frames of one cluster, while it has viewers."""

    def __init__(self, cluster: RunningCluster) -> None:
        self.cluster = cluster
        self.epoch = ""
        self.viewers: set[Viewer] = set()
        self.sequence = 0
        self.logs = {kind: ChangeLog() for kind in KINDS}
        self.traffic = Traffic()
        self.states = States(cluster, self.traffic)
        self._stores: dict[str, dict[str, Obj]] = {kind: {} for kind in KINDS}
        self._changed: dict[tuple[str, str], dict[str, Any]] = {}
        self._dirty = asyncio.Event()
        self._urgent = asyncio.Event()
        self._stirred = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._synced = False
        self._expecting: dict[Viewer, Seen | None] = {}

    # --- viewers ---------------------------------------------------------------------------------------------------

    def join(self, viewer: Viewer, seen: Seen | None = None) -> None:
        """Tell `viewer` what it missed (or everything), then every frame."""
        if self._synced:
            self._tell()  # what waits is told to the others now: the newcomer has it in what it missed
        self.viewers.add(viewer)
        if self._following is None or self._following.done():
            self.epoch, self._synced = self.cluster.pace_clock.uid(), False
            self._following = asyncio.get_running_loop().create_task(self._follow())
        if self._synced:
            viewer.tell(self.catch_up(seen))
        else:
            self._expecting[viewer] = seen
            viewer.tell(self._frame(self.states.whole()))

    def leave(self, viewer: Viewer) -> None:
        self.viewers.discard(viewer)
        self._expecting.pop(viewer, None)

    def close(self) -> None:
        """The cluster is shut down: its clock wakes nobody any more."""
        if self._following is not None:
            self._following.cancel()
        if _broadcasters.get(self.cluster.slug) is self:
            del _broadcasters[self.cluster.slug]
        for viewer in list(self.viewers):
            viewer.end()

    def catch_up(self, seen: Seen | None = None) -> Frame:
        """The changes since what was seen, or the whole where the log does not reach back."""
        frame: dict[str, Any] = {"set": [], "gone": [], "whole": []}
        for kind, log in self.logs.items():
            missed = log.since(seen.revisions.get(kind, -1)) if seen and seen.epoch == self.epoch else None
            if missed is None:
                frame["whole"].append(kind)
                missed = [diagram.shown(kind, obj) for obj in self._stores[kind].values()]
            frame["set"] += [change for change in missed if not change.get("gone")]
            frame["gone"] += [change for change in missed if change.get("gone")]
        return self._frame(frame | self.states.whole())

    # --- following -------------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        factory = InformerFactory(self.cluster.client(component.VIEWER), self.cluster.pace_clock)
        for kind in KINDS:
            informer = factory.informer(kind)
            self._stores[kind] = informer.store
            self.logs[kind].forget()
            informer.add_handler(self._handler(kind))
        unsubscribe = self.cluster.wire.instruments.add(self._hear)
        factory.start()
        loop = asyncio.get_running_loop()
        beside = [loop.create_task(self._tell_the_whole(factory)), loop.create_task(self._tell_states())]
        beside.append(loop.create_task(self._tell_control()))
        listeners = self.cluster.wire.control.listeners
        listeners.add(self._stirred.set)
        self.cluster.on_shut_down.append(self.close)
        try:
            await self._send_frames()
        except Exception:
            logger.exception("the page of cluster %s is no longer told", self.cluster.slug)
        finally:
            unsubscribe()
            listeners.discard(self._stirred.set)
            self.cluster.on_shut_down.remove(self.close)
            for task in beside:
                task.cancel()
            await factory.close()

    async def _tell_the_whole(self, factory: InformerFactory) -> None:
        """Who came before everything was known is told now, each change once: none was told before."""
        await factory.synced()
        self._synced = True
        self._changed.clear()
        expecting, self._expecting = self._expecting, {}
        for viewer in list(self.viewers):
            viewer.tell(self.catch_up(expecting.get(viewer)))

    async def _send_frames(self) -> None:
        clock = self.cluster.pace_clock
        alone_since = clock.now()
        while self.viewers or clock.now() - alone_since < LINGER_SECONDS:
            if self.viewers:
                alone_since = clock.now()
            if not await self._set_within(self._dirty, STATE_SECONDS):
                continue
            await self._set_within(self._urgent, MESSAGES_SECONDS)
            size = self._tell()
            await clock.sleep(PAUSE_SECONDS + PER_VIEWER_SECONDS * len(self.viewers) + PER_BYTE_SECONDS * size)

    async def _set_within(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for `event`, but no longer than `seconds`."""
        if not event.is_set():
            try:
                await self.cluster.pace_clock.wait_for(event.wait(), seconds)
            except TimeoutError:
                return False
        return True

    async def _tell_states(self) -> None:
        while True:
            await self.cluster.pace_clock.sleep(STATE_SECONDS)
            try:
                if self.viewers:
                    self._tell(await self.states.changed())
            except Exception:
                logger.exception("the components of cluster %s could not be told", self.cluster.slug)

    async def _tell_control(self) -> None:
        """What people hold and release is told at once."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            if self.viewers and (stirred := self.states.stirred()):
                self._tell(stirred)
            await self.cluster.pace_clock.sleep(CONTROL_SECONDS)

    def _tell(self, states: dict[str, Any] | None = None) -> int:
        """Tell all viewers what changed; the frame's size. Nothing is awaited between what it holds and its revisions:
        a change in between would count as seen by who was not told of it."""
        self._dirty.clear()
        self._urgent.clear()
        content = self._take() | (states or {})
        if not content:
            return 0
        frame = self._frame(content)
        for viewer in list(self.viewers):
            viewer.tell(frame)
        return len(frame.text)

    def _hear(self, hop: Hop, moment: str) -> None:
        if self.traffic.hear(hop, moment):
            self._dirty.set()

    def _handler(self, kind: str) -> Callable[[str, Obj | None, Obj | None], None]:
        def on_event(type: str, old: Obj | None, new: Obj | None) -> None:
            obj = new or old or {}
            change = diagram.shown(kind, obj)
            if type == "DELETED":
                change["gone"] = True
            self.logs[kind].add(change)
            self._changed[kind, change["key"]] = change
            self._dirty.set()
            self._urgent.set()

        return on_event

    # --- frames ----------------------------------------------------------------------------------------------------

    def _take(self) -> dict[str, Any]:
        content = self.traffic.take()
        if self._synced and self._changed:
            changed, self._changed = self._changed, {}
            content["set"] = [change for change in changed.values() if not change.get("gone")]
            content["gone"] = [change for change in changed.values() if change.get("gone")]
        return content

    def _frame(self, content: dict[str, Any]) -> Frame:
        self.sequence += 1
        content["seq"] = self.sequence
        content["epoch"] = self.epoch
        content["revisions"] = {kind: log.revision for kind, log in self.logs.items()}
        return Frame(self.sequence, orjson.dumps(content).decode())


_broadcasters: dict[str, Broadcaster] = {}


def broadcaster_of(cluster: RunningCluster) -> Broadcaster:
    """The one broadcaster of a running cluster."""
    known = _broadcasters.get(cluster.slug)
    if known is None or known.cluster is not cluster:
        known = _broadcasters[cluster.slug] = Broadcaster(cluster)
    return known
