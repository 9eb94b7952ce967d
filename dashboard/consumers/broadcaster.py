"""One broadcaster a cluster: hears the wire and follows pods and nodes while somebody looks, and prepares one frame
for all viewers.

A frame tells what changed since the last: objects whole, messages as tokens (`traffic`), components as differences.
The first change goes out at once, what follows within the frame's time together. A viewer that comes back is told
what it missed (`changes`). Nobody looks: after a while it stops and costs nothing.
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
FRAME_SECONDS, PER_VIEWER_SECONDS, STATE_SECONDS = 0.025, 0.0002, 1.0
LINGER_SECONDS = 60.0

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
        self._following: asyncio.Task[None] | None = None
        self._synced = False
        self._expecting: dict[Viewer, Seen | None] = {}

    # --- viewers ---------------------------------------------------------------------------------------------------

    def join(self, viewer: Viewer, seen: Seen | None = None) -> None:
        """Tell `viewer` what it missed (or everything), then every frame."""
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
        syncing = asyncio.get_running_loop().create_task(self._tell_the_whole(factory))
        try:
            await self._send_frames()
        except Exception:
            logger.exception("the page of cluster %s is no longer told", self.cluster.slug)
        finally:
            unsubscribe()
            syncing.cancel()
            await factory.close()

    async def _tell_the_whole(self, factory: InformerFactory) -> None:
        """Who came before everything was known is told now."""
        await factory.synced()
        self._synced = True
        expecting, self._expecting = self._expecting, {}
        for viewer, seen in expecting.items():
            viewer.tell(self.catch_up(seen))

    async def _send_frames(self) -> None:
        clock = self.cluster.pace_clock
        states_due = alone_since = clock.now()
        while self.viewers or clock.now() - alone_since < LINGER_SECONDS:
            if self.viewers:
                alone_since = clock.now()
            await self._something_or(states_due - clock.now())
            self._dirty.clear()
            content = self._take()
            if clock.now() >= states_due:
                states_due = clock.now() + STATE_SECONDS
                content |= await self.states.changed() if self.viewers else {}
            if content:
                frame = self._frame(content)
                for viewer in list(self.viewers):
                    viewer.tell(frame)
            await clock.sleep(FRAME_SECONDS + PER_VIEWER_SECONDS * len(self.viewers))

    async def _something_or(self, seconds: float) -> None:
        """Wait until there is something to tell, or for `seconds`."""
        if seconds > 0 and not self._dirty.is_set():
            try:
                await self.cluster.pace_clock.wait_for(self._dirty.wait(), seconds)
            except TimeoutError:
                return

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

        return on_event

    # --- frames ----------------------------------------------------------------------------------------------------

    def _take(self) -> dict[str, Any]:
        changed, self._changed = self._changed, {}
        content = self.traffic.take()
        if changed:
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
