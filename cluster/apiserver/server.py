"""The API server's door and its parts: `handle` takes any request, `run` follows etcd.

At its start it loads every key, makes what every cluster has (`bootstrap`), and follows etcd's watch from there on;
while etcd is away it keeps its cache and its watchers, and goes on from the last revision when etcd is back.
The road of a request is `pipeline`.
Models: staging/src/k8s.io/apiserver/pkg/server/genericapiserver.go v1.37
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import schema, status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.registry import Registry
from cluster.apiserver import bootstrap, decoding, pipeline, zpages
from cluster.apiserver.admission.chain import AdmissionChain
from cluster.apiserver.aggregation.aggregation import Aggregation
from cluster.apiserver.allocators import Allocators
from cluster.apiserver.authn.authenticator import Authenticator
from cluster.apiserver.authz.authorizer import Authorizer
from cluster.apiserver.call import Call
from cluster.apiserver.config import Config
from cluster.apiserver.custom_resources import CustomResources
from cluster.apiserver.discovery import Discovery
from cluster.apiserver.flow_control import FlowControl
from cluster.apiserver.openapi import OpenApi
from cluster.apiserver.request_metrics import RequestMetrics
from cluster.apiserver.storage import PATIENCE_SECONDS, TIMED_OUT, Storage
from cluster.apiserver.watch_cache import WatchCache
from cluster.apiserver.watcher import bookmark_of
from cluster.clock import Clock
from cluster.wire import component
from cluster.wire.inspection import Pages
from cluster.wire.message import ConnectionLost, Request, Response
from cluster.wire.stream import Delivery, Stream
from cluster.wire.transport import Wire

if TYPE_CHECKING:
    from cluster.apiserver.audit.log import AuditLog

BOOKMARK_SECONDS = 60.0
RETRY_SECONDS = 0.25
EVENT_TTL_SECONDS = 3600
EVENT_LEASE_SHARED_SECONDS = 300

logger = logging.getLogger(__name__)


class Reader:
    """Synchronous reads from the watch cache, for admission and authorisation. Objects are shared and read-only."""

    def __init__(self, cache: WatchCache) -> None:
        self._cache = cache
        self.hints: dict[tuple[str, ...], str] = {}
        """Where an answer was found last; whoever uses one looks whether it still holds."""

    def get(self, kind: str, name: str, namespace: str = "") -> Obj | None:
        cache = self._cache.named(kind)
        item = cache.items.get(cache.kind.key(namespace, name))
        return item.object if item is not None else None

    def generations(self, kinds: tuple[str, ...]) -> list[int]:
        """Numbers of which one grows with every change of these kinds."""
        named = self._cache.named
        return [named(kind).generation for kind in kinds]

    def list(self, kind: str, namespace: str = "") -> Iterable[Obj]:
        return self._cache.objects(kind, namespace)


def _audit_log(config: Config, clock: Clock) -> AuditLog | None:
    """None without a policy: then nothing of it is imported."""
    if config.audit_policy is None or config.audit_log is None:
        return None
    from cluster.apiserver.audit import log

    return log.AuditLog(config.audit_policy, clock, log.File(config.audit_log))


class ApiServer:
    """One API server of one cluster."""

    id = component.APISERVER

    def __init__(self, config: Config, clock: Clock, wire: Wire, registry: Registry) -> None:
        schema.preload([*(kind.schema for kind in registry.kinds if kind.structural is None), *decoding.PARTS])
        self.config = config
        self.clock = clock
        self.wire = wire
        self.registry = registry
        self.storage = Storage(wire)
        self.cache = WatchCache(registry, self.storage, clock)
        self.reader = Reader(self.cache)
        self.authenticator = Authenticator(config, clock, self.reader)
        self.authorizer = Authorizer(self.reader)
        self.admission = AdmissionChain(config, self)
        self.allocators = Allocators(config, self.reader)
        self.discovery = Discovery(registry, config)
        self.openapi = OpenApi(registry)
        self.custom = CustomResources(self)
        self.aggregation = Aggregation(self)
        self.ready = self.is_running = False
        self.metrics = RequestMetrics()
        self.audit = _audit_log(config, clock)
        self.requests = 0
        self.calls: set[Call] = set()
        self.flow = FlowControl(clock)
        self.refused = 0
        self._loaded = asyncio.Event()
        self._event_lease: tuple[int, float] = (0, 0.0)

    async def handle(self, request: Request) -> Response:
        self.requests += 1
        self.flow.begin()
        try:
            return await pipeline.handle(self, request)
        finally:
            self.flow.end()

    async def run(self) -> None:
        """Follow etcd until cancelled."""
        bookmarks = asyncio.get_running_loop().create_task(self._send_bookmarks())
        try:
            while not await self._load():
                await self.clock.sleep(RETRY_SECONDS)
            following = asyncio.get_running_loop().create_task(self._follow())
            custom = asyncio.get_running_loop().create_task(self.custom.run())
            aggregation = asyncio.get_running_loop().create_task(self.aggregation.run())
            try:
                await self._bootstrap()
                self.ready = self.is_running = True
                self._loaded.set()
                await following
            finally:
                self.is_running = False
                following.cancel()
                custom.cancel()
                aggregation.cancel()
        finally:
            bookmarks.cancel()
            if self.audit is not None:
                self.audit.file.close()
            for cache in self.cache.resources.values():
                for watcher in cache.watchers.all():
                    watcher.stream.close()

    async def loaded(self) -> None:
        """Return once the cache holds what etcd has. ApiError 500 when etcd is not there to be asked."""
        if not self.ready:
            try:
                await self.clock.wait_for(self._loaded.wait(), PATIENCE_SECONDS)
            except TimeoutError as error:
                raise status.failure(500, "InternalError", TIMED_OUT) from error

    async def event_lease(self) -> int:
        """The lease that newly written Events share: they live an hour, give or take five minutes."""
        lease, good_until = self._event_lease
        now = self.clock.now()
        if now >= good_until:
            lease = await self.storage.grant(EVENT_TTL_SECONDS + EVENT_LEASE_SHARED_SECONDS)
            self._event_lease = (lease, now + EVENT_LEASE_SHARED_SECONDS)
        return lease

    def inspect(self) -> dict[str, Any]:
        return {
            "ready": self.ready,
            "requests": self.requests,
            "in_flight": self.flow.served,
            "waiting_events": self.flow.waiting,
            "refused": self.refused,
            "watches": sum(len(cache.watchers.all()) for cache in self.cache.resources.values()),
            "objects": sum(len(cache.items) for cache in self.cache.resources.values()),
            "revision": self.cache.revision,
            "pipeline": [stage.__name__ for stage in pipeline.STAGES],
            "admission": self.admission.names(),
            "mode": self.config.admission_mode,
        }

    def zpages(self) -> Pages:
        return zpages.of(self)

    async def _load(self) -> bool:
        try:
            kvs, revision = await self.storage.range("/registry/")
        except ApiError:
            return False
        self.custom.serve_known(kvs)
        self.cache.load(kvs, revision)
        return True

    async def _bootstrap(self) -> None:
        while True:
            try:
                return await bootstrap.ensure(self)
            except ApiError as error:
                logger.debug("the bootstrap waits for etcd: %s", error)
                await self.clock.sleep(RETRY_SECONDS)

    async def _follow(self) -> None:
        while True:
            try:
                stream = await self.storage.watch("/registry/", self.cache.revision + 1)
            except (ConnectionLost, ApiError) as error:
                logger.debug("the watch of etcd could not start: %s", error)
                await self.clock.sleep(RETRY_SECONDS)
                if isinstance(error, ApiError) and error.code == 410:
                    await self._load()
                continue
            ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            stream.on_close(lambda ended=ended: ended.done() or ended.set_result(None))  # type: ignore[misc]  # bound now
            self.cache.resuming = True
            stream.consume(partial(self._take, stream))
            try:
                await ended
            finally:
                stream.close()

    def _take(self, stream: Stream, deliveries: list[Delivery]) -> None:
        """etcd's events; a gap ends the watch, and the next one starts at the revision that is missing."""
        if not self.cache.consume(deliveries):
            stream.close()

    async def _send_bookmarks(self) -> None:
        while True:
            await self.clock.sleep(BOOKMARK_SECONDS)
            for cache in self.cache.resources.values():
                for watcher in cache.watchers.all():
                    if watcher.bookmarks:
                        watcher.bookmark(bookmark_of(cache.kind, self.cache.revision), self.cache.revision)
