"""What the watch cache did not see happen: the changes between a client's resource version and this server's start.

A client that resumes its watch after the API server was killed names a version from before. Its changes are in etcd's
log, each with what was there before; they are read once and put in front of the cache's history. What etcd has
compacted stays "too old resource version", and the client lists again.
Models: apiserver/pkg/storage/etcd3/watcher.go v1.37 (upstream's cache answers 410 here; etcd itself could tell)
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from cluster.apimachinery.status import ApiError
from cluster.apiserver import watch_cache
from cluster.wire.message import ConnectionLost
from cluster.wire.stream import Stream

if TYPE_CHECKING:
    from cluster.apiserver.watch_cache import ResourceCache, WatchCache

FARTHEST_REVISIONS = 10_000


async def reach_back(cache: WatchCache, resource: ResourceCache, revision: int) -> None:
    """Extend every history back to a revision, if the resource's does not reach it and etcd still knows."""
    if revision >= resource.oldest or cache.started - revision > FARTHEST_REVISIONS:
        return
    async with cache.reaching_back:
        if revision >= resource.oldest:
            return
        try:
            stream = await cache.storage.watch("/registry/", revision + 1)
        except (ApiError, ConnectionLost):
            return
        try:
            events = await _read(cache, stream)
        finally:
            stream.close()
        if events is not None:
            _prepend(cache, events, revision)


async def _read(cache: WatchCache, stream: Stream) -> list[Any] | None:
    """The events up to the server's start; None when etcd ended the watch before."""
    found: list[Any] = []
    async for deliveries in stream:
        found += [event for event, _ in deliveries if event.revision <= cache.started]
        newest = deliveries[-1][0].revision
        if newest > cache.started or newest == cache.started == cache.revision:
            return found
    return None


def _prepend(cache: WatchCache, events: list[Any], revision: int) -> None:
    """A history that is full, because much happened since, stays as it is."""
    past: dict[ResourceCache, list[watch_cache.Change]] = {}
    for event in events:
        resource = cache.of_key(event.kv.key)
        if resource is not None and event.revision <= resource.oldest:
            past.setdefault(resource, []).append(watch_cache.change_of(event))
    for resource in cache.resources.values():
        if not revision < resource.oldest <= cache.started:
            continue
        changes = [*past.get(resource, ()), *resource.history]
        resource.history = deque(changes, maxlen=watch_cache.HISTORY)
        dropped = len(changes) - len(resource.history)
        resource.oldest = changes[dropped - 1].revision if dropped else revision
