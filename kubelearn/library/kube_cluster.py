"""What a test holds of its cluster: where it is, a client, its clock, its components."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from cluster.apimachinery.status import ApiError
from cluster.clock import VirtualClock
from kubelearn.library import engine
from kubelearn.library.blocking import BlockingClient
from kubelearn.library.engine import Engine, LibraryError, Wanted

T = TypeVar("T")

POLL_SECONDS = 0.02
VIRTUAL_SECONDS = 3600.0


class KubeCluster:
    """One cluster of this process; `delete` ends it. Its methods may be called from any thread but its own."""

    def __init__(self, made_by: Engine, wanted: Wanted) -> None:
        self._engine = made_by
        self._made = made_by.create(wanted)
        self.name = self._made.slug
        """Its name, also of the kubeconfig's context."""
        self.server = f"https://{made_by.address}/clusters/{self.name}"
        """Its address."""
        self.kubeconfig_text = self._made.kubeconfig()
        self.kubeconfig = made_by.folder / f"{self.name}.kubeconfig"
        """A file for any client: `kubectl --kubeconfig …`, `load_kube_config(str(…))`."""
        with os.fdopen(os.open(self.kubeconfig, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self.kubeconfig_text)
        self.client = self.client_of("kubernetes-admin", "kubeadm:cluster-admins")
        """A client that waits, as the administrator."""

    def delete(self) -> None:
        self._engine.delete(self._made)
        Path(self.kubeconfig).unlink(missing_ok=True)

    def client_of(self, user: str, *groups: str) -> BlockingClient:
        """A client that is another user: for what roles allow."""
        return BlockingClient(self._engine, self._made.client("test", user, groups), self._made.clock)

    # --- time ------------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """The cluster's time, seconds since the epoch."""
        return self._made.clock.now()

    def advance(self, seconds: float) -> None:
        """Move a virtual clock on, from timer to timer; whatever is due on the way is done. LibraryError without one."""
        self.run(self._virtual().advance(seconds))

    def until(self, condition: Callable[[], T], seconds: float | None = None) -> T:
        """What `condition` finds, once it finds something; an object that is not there yet counts as nothing.

        A virtual clock jumps from timer to timer meanwhile, at most an hour ahead; a real one is waited for, ten seconds.
        TimeoutError when it does not come.
        """
        virtual = isinstance(self._made.clock, VirtualClock)
        limit = seconds if seconds is not None else VIRTUAL_SECONDS if virtual else 10.0
        measure = self.now if virtual else self._made.pace_clock.now
        deadline = measure() + limit
        while True:
            with contextlib.suppress(ApiError):
                if found := condition():
                    return found
            if measure() >= deadline:
                raise TimeoutError(f"it did not come to be within {limit:g} seconds")
            if virtual:
                self.run(_step(self._virtual(), deadline))
            else:
                self.run(self._made.pace_clock.sleep(POLL_SECONDS))

    def _virtual(self) -> VirtualClock:
        if not isinstance(self._made.clock, VirtualClock):
            raise LibraryError("its clock is real: ask for virtual_clock=True")
        return self._made.clock

    # --- components ------------------------------------------------------------------------------------------------

    def components(self) -> dict[str, bool]:
        """Component ids, loops' too, and whether each runs."""
        return self.run(_of(lambda: {each.id: each.running for each in self._made.components()}))

    def start(self, component_id: str) -> None:
        """Start a component, a loop (`kube-controller-manager.job`) or a node (`node.node-1`). KeyError."""
        self.run(self._made.start(component_id))

    def stop(self, component_id: str) -> None:
        """Stop one; `node.node-1` is a power cut. KeyError."""
        self.run(self._made.stop(component_id))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the cluster's event loop and wait for it."""
        return self._engine.call(coroutine)


def new(**wanted: Any) -> KubeCluster:
    """A new cluster in this process. The words are those of `engine.Wanted`. LibraryError, ValueError."""
    return KubeCluster(engine.shared(), wish(wanted))


def wish(words: dict[str, Any]) -> Wanted:
    """The words of a test as what is wanted. ValueError for a component that there is not, or too many nodes."""
    words = dict(words)
    if "components" in words:
        words["components"] = frozenset(words["components"])
        known = {each.partition(".")[0] for each in words["components"]}
        if strangers := known - engine.COMPONENTS - {"etcd", "kube-apiserver"}:
            raise ValueError(f"no component {min(strangers)!r}: there are {', '.join(sorted(engine.COMPONENTS))}")
    wanted = Wanted(**words)
    if not 0 <= wanted.nodes <= 100:
        raise ValueError("a cluster has 0 to 100 nodes")
    return wanted


async def _of(ask: Callable[[], T]) -> T:
    return ask()


async def _step(clock: VirtualClock, deadline: float) -> None:
    """On to the next timer, or to the deadline when it comes before."""
    await clock.settle()
    when = clock.next_timer
    clock.jump(max(0.0, min(when if when is not None else deadline, deadline) - clock.now()))
    await clock.settle()
