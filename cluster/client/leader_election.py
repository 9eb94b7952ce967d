"""Leader election: of several that could do a work, one holds a Lease and does it; who falls silent loses it.

Watches nothing, asks for its Lease every two seconds · writes the Lease and Events of it · the story goes on in
`cluster.kubeadm.elected`, which does the work of who leads.
A standby goes by its own clock: it counts from when it last saw the Lease change, never compares two machines' times.
Simplified: no release on exit (upstream's default for both components), no coordinated election.
Models: client-go/tools/leaderelection/{leaderelection.go,resourcelock/leaselock.go} v1.37
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, EventRecorder
from cluster.client.rest import Client
from cluster.clock import Clock, rfc3339_micro
from cluster.wire.message import ConnectionLost

LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS = 15, 10.0, 2.0
JITTER = 1.2
NAMESPACE = "kube-system"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a Lease lasts unrenewed, how long its holder tries to renew it, how often anybody tries; seconds."""

    lease_seconds: int = LEASE_SECONDS
    renew_seconds: float = RENEW_SECONDS
    retry_seconds: float = RETRY_SECONDS


class LeaderElector:
    """One candidate for the Lease `name`. `leader` is the last holder that it saw, "" before the first."""

    def __init__(
        self, client: Client, clock: Clock, name: str, identity: str, events: EventRecorder, terms: Terms | None = None
    ) -> None:
        self.client = client
        self.clock = clock
        self.name = name
        self.identity = identity
        self.events = events
        self.terms = terms or Terms()
        self.lease: Obj | None = None
        self.seen_at = 0.0

    @property
    def leader(self) -> str:
        return str(self._spec.get("holderIdentity") or "")

    @property
    def is_leader(self) -> bool:
        return self.leader == self.identity

    async def acquire(self) -> None:
        """Try until the Lease is ours."""
        while not await self._tried():
            await self.clock.sleep(self.terms.retry_seconds * (1 + JITTER * self.clock.random.random()))
        self._tell("became leader")

    async def renew(self) -> None:
        """Keep the Lease; returns when that failed for as long as a holder may try."""
        deadline = self.clock.now() + self.terms.renew_seconds
        while (left := deadline - self.clock.now()) > 0:
            try:
                held = await self.clock.wait_for(self._tried(), left)
            except TimeoutError:
                break
            if held:
                deadline = self.clock.now() + self.terms.renew_seconds
            await self.clock.sleep(self.terms.retry_seconds)
        self._tell("stopped leading")

    async def _tried(self) -> bool:
        """One try to take or renew the Lease: whether it is ours now.

        1. a holder writes over what it wrote last, 2. else the Lease is read, or made, 3. left alone while somebody
        else's is valid, 4. else taken.
        """
        try:
            if self.is_leader and self._is_valid():
                try:
                    return await self._write()
                except ApiError as error:
                    if error.code != 409:
                        return False
            try:
                found = await self.client.get("Lease", self.name, NAMESPACE)
            except ApiError as error:
                if error.code != 404:
                    return False
                return await self._write(new=True)
            if found != self.lease:
                self._saw(found)
            if self.leader and not self.is_leader and self._is_valid():
                return False
            return await self._write()
        except (ApiError, ConnectionLost):
            return False

    async def _write(self, *, new: bool = False) -> bool:
        now, spec = rfc3339_micro(self.clock.now()), {} if new else self._spec
        taken = not self.is_leader
        written = {
            "holderIdentity": self.identity,
            "leaseDurationSeconds": self.terms.lease_seconds,
            "acquireTime": now if new or taken else spec.get("acquireTime") or now,
            "renewTime": now,
            "leaseTransitions": int(spec.get("leaseTransitions") or 0) + (taken and not new),
        }
        if new or self.lease is None:
            metadata = {"name": self.name, "namespace": NAMESPACE}
            lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": written}
            self._saw(await self.client.create("Lease", lease))
        else:
            self._saw(await self.client.update("Lease", {**self.lease, "spec": written}))
        return True

    def _saw(self, lease: Obj) -> None:
        self.lease, self.seen_at = lease, self.clock.now()

    def _is_valid(self) -> bool:
        return self.clock.now() < self.seen_at + int(self._spec.get("leaseDurationSeconds") or 0)

    @property
    def _spec(self) -> dict[str, Any]:
        return (self.lease or {}).get("spec") or {}

    def _tell(self, words: str) -> None:
        if self.lease is not None:
            self.events.event(self.lease, NORMAL, "LeaderElection", f"{self.identity} {words}")
