"""The event recorder: tells of objects, without making its component wait.

Same events are counted up by PATCH; a source that says too much about one object is cut (25 at once, then one in five
minutes). Models: client-go/tools/record/{event,events_cache}.go v1.37
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.rest import MERGE_PATCH, Client
from cluster.clock import Clock, rfc3339
from cluster.wire.hop import current_hop
from cluster.wire.message import ConnectionLost

BURST, REFILL_SECONDS = 25, 300.0
REMEMBERED, MOST_WAITING = 4096, 20_000
NORMAL, WARNING = "Normal", "Warning"


class EventRecorder:
    """Events of one component (on one host), written by one task."""

    def __init__(self, client: Client, clock: Clock, component: str, host: str = "") -> None:
        self.client = client
        self.clock = clock
        self.component = component
        self.host = host
        self.dropped = 0
        self._waiting: deque[tuple[Obj, int]] = deque()
        self._seen: OrderedDict[tuple[str, ...], tuple[str, str, int, str]] = OrderedDict()
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def event(self, obj: Obj, type: str, reason: str, message: str) -> None:
        """Say `message` of an object; `type` is Normal or Warning."""
        uid = meta.uid_of(obj) or meta.key_of(obj)
        if self._closed or len(self._waiting) >= MOST_WAITING or not self._may(uid):
            self.dropped += 1
            return
        self._waiting.append((self._event_of(obj, type, reason, message), current_hop.get()))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write())

    def _event_of(self, obj: Obj, type: str, reason: str, message: str) -> Obj:
        metadata, now = obj["metadata"], rfc3339(self.clock.now())
        involved = {
            "kind": obj.get("kind", ""),
            "apiVersion": obj.get("apiVersion", ""),
            "name": metadata["name"],
            "uid": metadata.get("uid") or metadata["name"],
            "resourceVersion": metadata.get("resourceVersion", ""),
        }
        namespace = metadata.get("namespace")
        if namespace:
            involved["namespace"] = namespace
        source = {"component": self.component}
        if self.host:
            source["host"] = self.host
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{metadata['name']}.{self.clock.moment():x}",
                "namespace": namespace or "default",
            },
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "type": type,
            "source": source,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "reportingComponent": self.component,
            "reportingInstance": self.host,
        }

    def close(self) -> None:
        """Its component stops: what waits is not told any more. Models: EventBroadcaster.Shutdown"""
        self._closed = True
        self.dropped += len(self._waiting)
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _write(self) -> None:
        while self._waiting:
            event, hop = self._waiting.popleft()
            current_hop.set(hop)
            involved = event["involvedObject"]
            key = (involved["uid"], involved["kind"], event["type"], event["reason"], event["message"])
            try:
                await self._send(key, event)
            except (ApiError, ConnectionLost):
                self.dropped += 1

    async def _send(self, key: tuple[str, ...], event: Obj) -> None:
        known = self._seen.get(key)
        namespace = event["metadata"]["namespace"]
        if known is not None:
            name, known_namespace, count, _ = known
            patch = {"count": count + 1, "lastTimestamp": event["lastTimestamp"]}
            try:
                await self.client.patch("Event", name, patch, known_namespace, content_type=MERGE_PATCH)
                self._seen[key] = (name, known_namespace, count + 1, "")
                return
            except ApiError as error:
                if error.code != 404:
                    raise
        await self.client.create("Event", event, namespace)
        self._seen[key] = (event["metadata"]["name"], namespace, 1, "")
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _may(self, uid: str) -> bool:
        now = self.clock.now()
        tokens, since = self._spent.pop(uid, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - since) / REFILL_SECONDS)
        self._spent[uid] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)
        return tokens >= 1
