"""The clusters of this process, by slug: `FLEET`.

Everything runs on one event loop, the server's. Code in threads (Django's views) reads plain data directly and sends
everything else through `FLEET.run`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from cluster.clock import Clock
from cluster.etcd import snapshot
from cluster.kubeadm import demo, reset
from cluster.kubeadm.credentials import Identities
from cluster.kubeadm.models import Cluster
from cluster.kubeadm.running import RunningCluster
from cluster.kubeadm.settings import Settings, from_django
from cluster.wire.message import ConnectionLost
from cluster.wire.transport import Wire

T = TypeVar("T")

SLUG = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
MOST_CLUSTERS = 64
STARTING_AT_ONCE = 4
CONTROL_PLANES = (1, 3)

logger = logging.getLogger(__name__)


class ClusterExists(Exception):
    """There is a cluster of that name."""


class Fleet:
    """Builds, starts, stops and finds clusters."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.clusters: dict[str, RunningCluster] = {}
        self.ready = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.on_change: list[Callable[[], Awaitable[None]]] = []
        self._settings = settings
        self._changing = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            self._settings = from_django()
        return self._settings

    # --- finding ---------------------------------------------------------------------------------------------------

    def get(self, slug: str) -> RunningCluster | None:
        return self.clusters.get(slug)

    def wire_of(self, slug: str) -> Wire | None:
        """The wire of a cluster, None when there is no such cluster. ConnectionLost while that is not known yet."""
        found = self.clusters.get(slug)
        if found is None and not self.ready:
            raise ConnectionLost("the clusters are starting or stopping")
        return found.wire if found is not None else None

    def run(self, coroutine: Coroutine[Any, Any, T], timeout_seconds: float = 60.0) -> T:
        """Run a coroutine on the fleet's event loop from another thread and return its result."""
        if self.loop is None:
            coroutine.close()
            raise RuntimeError("the clusters do not run in this process")
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout_seconds)

    # --- life ------------------------------------------------------------------------------------------------------

    async def start_up(self, nodes: tuple[str, ...] = demo.NODES) -> None:
        """Start every cluster there is; make `demo`, with these nodes, when there is none."""
        self.loop = asyncio.get_running_loop()
        await asyncio.to_thread(reset.erase_leftovers, self.settings)
        rows = await asyncio.to_thread(lambda: list(Cluster.objects.order_by("slug")))
        if not rows:
            await self.create(demo.SLUG, nodes=nodes)
        places = asyncio.Semaphore(STARTING_AT_ONCE)

        async def start(row: Cluster) -> None:
            async with places:
                await self._start(row)

        await asyncio.gather(*(start(row) for row in rows))
        self.ready = True

    async def shut_down(self) -> None:
        """Stop every cluster."""
        self.ready = False
        await asyncio.gather(*(found.shut_down() for found in self.clusters.values()))
        self.clusters.clear()

    async def fork(self, source: str, slug: str, revision: int) -> RunningCluster:
        """A new cluster that goes on from a revision of another: its keys are copied, its machines boot anew, its keys
        and certificates are its own. KeyError, ValueError, ClusterExists, EtcdError."""
        row = self.clusters[source].row
        return await self.create(
            slug,
            mode=row.mode,
            control_planes=row.control_planes,
            fill=lambda: snapshot.fork(source, revision, slug),
        )

    async def create(
        self,
        slug: str,
        *,
        mode: str = Cluster.COURSE,
        seed: int = 0,
        control_planes: int = 1,
        nodes: tuple[str, ...] = (),
        fill: Callable[[], None] | None = None,
    ) -> RunningCluster:
        """Make a cluster and start it, with Node objects of the given names; `fill` puts keys into its keyspace before
        (blocking). ValueError, ClusterExists.

        Its row is written last: what a crash leaves half made has none, and is erased at the next start.
        """
        if not SLUG.fullmatch(slug):
            raise ValueError("a cluster's name is made of lower-case letters, digits and '-', 63 at most")
        if mode not in (Cluster.COURSE, Cluster.UPSTREAM):
            raise ValueError(f'mode must be "course" or "upstream", not "{mode}"')
        if control_planes not in CONTROL_PLANES:
            raise ValueError(f"a control plane has one or three nodes, not {control_planes}")
        async with self._changing:
            if slug in self.clusters:
                raise ClusterExists(f'cluster "{slug}" already exists')
            if len(self.clusters) >= MOST_CLUSTERS:
                raise ValueError(f"there are {MOST_CLUSTERS} clusters already")
            row = Cluster(slug=slug, mode=mode, seed=seed, control_planes=control_planes, created=Clock().now())
            try:
                if fill is not None:
                    await asyncio.to_thread(fill)
                cluster = await self._start(row)
                await demo.add_nodes(cluster, nodes)
                await asyncio.to_thread(row.save, force_insert=True)
            except BaseException:
                await self._discard(slug)
                raise
            await self._tell()
        return cluster

    async def delete(self, slug: str) -> None:
        """Stop a cluster and erase everything it kept. KeyError when there is none."""
        async with self._changing:
            if slug not in self.clusters:
                raise KeyError(slug)
            await self._discard(slug)
            await self._tell()

    async def set_mode(self, slug: str, mode: str) -> None:
        """Change between course and upstream mode; the API server starts anew with the other admission chain."""
        if mode not in (Cluster.COURSE, Cluster.UPSTREAM):
            raise ValueError(f'mode must be "course" or "upstream", not "{mode}"')
        cluster = self.clusters[slug]
        cluster.row.mode = mode
        await asyncio.to_thread(cluster.row.save, update_fields=["mode"])
        if not cluster.is_stopped("kube-apiserver"):
            await cluster.supervisor.stop("kube-apiserver")
            await cluster.supervisor.start("kube-apiserver")

    async def _tell(self) -> None:
        """Clusters came or went: whoever keeps a list of them is told."""
        for changed in self.on_change:
            try:
                await changed()
            except Exception:
                logger.exception("a change of the clusters could not be told")

    async def _discard(self, slug: str) -> None:
        cluster = self.clusters.pop(slug, None)
        if cluster is not None:
            await cluster.shut_down()
        await asyncio.to_thread(reset.erase, slug, self.settings)

    async def _start(self, row: Cluster) -> RunningCluster:
        identities = await asyncio.to_thread(Identities.load, row.slug, self.settings.data_dir)
        cluster = RunningCluster(row, self.settings, identities)
        self.clusters[row.slug] = cluster
        await cluster.start_up()
        return cluster


FLEET = Fleet()
