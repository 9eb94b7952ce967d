"""The engine of a process: one thread with an event loop, one HTTPS port, any number of clusters that live in memory.

1. Django is set up with the few settings that the store needs; its tables lie in memory (`/dev/shm`, else a temporary
folder) and nothing waits for a disk; 2. a thread runs the server of `kubelearn.web_server`; 3. clusters are made and ended
by calls from other threads.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cluster.kubeadm.running import RunningCluster
    from cluster.kubeadm.settings import Settings
    from cluster.wire.transport import Wire

T = TypeVar("T")

MEMORY = Path("/dev/shm")
HOST = "127.0.0.1"
START_SECONDS, CALL_SECONDS = 30.0, 60.0
RING, PAYLOADS, REVISIONS = 2048, 2048, 100_000
COMPONENTS = frozenset({"kube-scheduler", "kube-controller-manager", "machines"})
"""What a cluster runs beside etcd and the API server; `machines` are its nodes' kubelets, runtimes and proxies."""


class LibraryError(RuntimeError):
    """The clusters cannot run in this process; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a cluster shall be. `components` are ids, a loop's too (`kube-controller-manager.deployment`); `start` is the
    first moment of a virtual clock, in seconds since the epoch."""

    components: frozenset[str] = COMPONENTS
    nodes: int = 1
    seed: int = 0
    virtual_clock: bool = False
    start: float = 1_800_000_000.0
    mode: str = "upstream"


class Engine:
    """Start it once; then `create` and `delete` clusters from any thread."""

    def __init__(self) -> None:
        self.folder = _set_up_django()
        from cluster.kubeadm import pki
        from kubelearn import web_server

        self.clusters: dict[str, RunningCluster] = {}
        self._numbers = itertools.count(1)
        self._spare_keys = ThreadPoolExecutor(1, thread_name_prefix="kubelearn-keys")
        self._next_key: Future[bytes] = self._spare_keys.submit(pki.new_token_key)
        self._socket = web_server.listening_socket(f"{HOST}:0")
        self.address = f"{HOST}:{self._socket.getsockname()[1]}"
        self.loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kubelearn", daemon=True)
        self._thread.start()
        if not self._started.wait(START_SECONDS) or self._failure is not None:
            raise LibraryError(f"the clusters' server did not start: {self._failure}") from self._failure

    # --- clusters --------------------------------------------------------------------------------------------------

    def create(self, wanted: Wanted) -> RunningCluster:
        """A cluster that is ready, with its nodes. ValueError for what it cannot be."""
        return self.call(self._create(wanted))

    def delete(self, cluster: RunningCluster) -> None:
        """End a cluster and forget all of it."""
        self.call(self._delete(cluster))

    def call(self, coroutine: Coroutine[Any, Any, T], seconds: float = CALL_SECONDS) -> T:
        """Run a coroutine where the clusters run, and wait for its result."""
        if self.loop is None or threading.current_thread() is self._thread:
            coroutine.close()
            raise LibraryError("the clusters do not run, or are asked to wait for themselves")
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)

    def close(self) -> None:
        """End every cluster, the server and its thread. A second call does nothing."""
        from twisted.internet import reactor

        if self.loop is not None:
            for cluster in list(self.clusters.values()):
                self.delete(cluster)
            self.loop.call_soon_threadsafe(reactor.stop)  # type: ignore[attr-defined]  # Twisted's own way
            self._thread.join(START_SECONDS)
            self.loop = None
        self._socket.close()
        self._spare_keys.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _create(self, wanted: Wanted) -> RunningCluster:
        from cluster.clock import Clock, VirtualClock
        from cluster.kubeadm import demo
        from cluster.kubeadm.credentials import StaticTokens
        from cluster.kubeadm.models import Cluster
        from cluster.kubeadm.running import RunningCluster

        slug = f"test-{next(self._numbers)}"
        clock = VirtualClock(start=wanted.start, seed=wanted.seed) if wanted.virtual_clock else None
        row = Cluster(slug=slug, mode=wanted.mode, seed=wanted.seed, created=(clock or Clock()).now())
        identities = StaticTokens(slug, self.folder / "pki" / slug, self.folder, self._token_key())
        settings = replace(self._settings(), only=wanted.components)
        cluster = self.clusters[slug] = RunningCluster(row, settings, identities, clock)
        try:
            await cluster.start_up()
            await demo.add_nodes(cluster, tuple(f"node-{number + 1}" for number in range(wanted.nodes)))
            if isinstance(cluster.clock, VirtualClock):
                await cluster.clock.settle()
        except BaseException:
            await self._delete(cluster)
            raise
        return cluster

    async def _delete(self, cluster: RunningCluster) -> None:
        from cluster.kubeadm import reset

        if self.clusters.pop(cluster.slug, None) is not None:
            await cluster.shut_down()
            await asyncio.to_thread(reset.erase, cluster.slug, self._settings())

    def _token_key(self) -> bytes:
        """A key made beforehand; the next one is made while the cluster is used."""
        from cluster.kubeadm import pki

        key, self._next_key = self._next_key.result(), self._spare_keys.submit(pki.new_token_key)
        return key

    def _settings(self) -> Settings:
        from cluster.kubeadm.settings import Settings

        return Settings(self.folder, self.address, RING, PAYLOADS, recorder_rows=0, recorder_rate=0,
                        keep_revisions=REVISIONS)  # fmt: skip

    # --- the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:
            self._failure = error
            self._started.set()

    def _serve(self) -> None:
        from twisted.internet import reactor

        from cluster.apiserver.asgi import KubernetesApp
        from cluster.kubeadm import pki
        from kubelearn import tls, web_server

        serving = pki.serving_identity(self.folder, self.address)
        context = tls.TlsContext(serving.certificate_path, serving.key_path)
        server = web_server.Server(KubernetesApp(self._wire_of), None, self._socket, context)
        server.signal_handlers = False

        def begin() -> None:
            self.loop = asyncio.get_running_loop()
            server.listen_tls()
            self._started.set()

        reactor.callLater(0, begin)  # type: ignore[attr-defined]  # Twisted's own way
        web_server.run_daphne(server)

    def _wire_of(self, slug: str) -> Wire | None:
        found = self.clusters.get(slug)
        return found.wire if found is not None else None


@functools.cache
def shared() -> Engine:
    """The engine of this process, started on first use and closed when the process ends."""
    engine = Engine()
    atexit.register(engine.close)
    return engine


def _memory_folder() -> Path:
    place = MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None
    return Path(tempfile.mkdtemp(prefix="kubelearn-", dir=place))


def _set_up_django() -> Path:
    """Django with the store's tables and nothing else; the folder where they lie. LibraryError when somebody else has
    set it up already."""
    import django
    from django.apps import apps
    from django.conf import settings

    if settings.configured or "DJANGO_SETTINGS_MODULE" in os.environ:
        raise LibraryError(
            "the clusters keep their state by Django, which this process uses with other settings: run these tests by "
            "themselves (pytest -p no:django), or against `kubelearn apiserver` in a process of its own"
        )
    folder = _memory_folder()
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA busy_timeout=10000;"
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "kubelearn.sqlite3",
        "OPTIONS": {"init_command": pragmas, "transaction_mode": "IMMEDIATE"},
    }
    settings.configure(
        INSTALLED_APPS=["cluster"],
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    )
    django.setup()
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in apps.get_app_config("cluster").get_models():
            editor.create_model(model)
    connection.close()
    return folder
