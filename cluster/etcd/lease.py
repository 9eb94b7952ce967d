"""Leases: keys that go when nobody keeps their lease alive; times by the cluster's clock.

Models: server/lease/lessor.go v3.6
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cluster.clock import Clock, Timer
from cluster.etcd.key_value import LEASE_EXISTS, LEASE_NOT_FOUND, EtcdError


@dataclass(slots=True)
class Held:
    """One lease: `ttl_seconds`, when it expires (cluster time), and its keys."""

    id: int
    ttl_seconds: int
    expires: float
    keys: set[str] = field(default_factory=set)


class Leases:
    """All leases of one keyspace, with one timer for the earliest."""

    def __init__(self, clock: Clock, expire: Callable[[list[Held]], Awaitable[None] | None]) -> None:
        self.clock = clock
        self.held: dict[int, Held] = {}
        self._expire = expire
        self._timer: Timer | None = None

    def load(self, rows: list[tuple[int, int, float]], keys_of: Callable[[int], set[str]]) -> None:
        for lease, ttl_seconds, expires in rows:
            self.held[lease] = Held(lease, ttl_seconds, expires, keys_of(lease))
        self._arm()

    def grant(self, lease: int, ttl_seconds: int) -> Held:
        """A new lease; id 0 asks for one. EtcdError when the id is taken or the TTL is not positive."""
        if ttl_seconds <= 0:
            raise EtcdError("etcdserver: lease TTL must be positive")
        lease = lease or self.clock.random.getrandbits(62) + 1
        if lease in self.held:
            raise EtcdError(LEASE_EXISTS, 9)
        held = Held(lease, ttl_seconds, self.clock.now() + ttl_seconds)
        self.held[lease] = held
        self._arm()
        return held

    def get(self, lease: int) -> Held:
        """EtcdError when there is none."""
        held = self.held.get(lease)
        if held is None:
            raise EtcdError(LEASE_NOT_FOUND, 5)
        return held

    def keep_alive(self, lease: int) -> Held:
        held = self.get(lease)
        held.expires = self.clock.now() + held.ttl_seconds
        self._arm()
        return held

    def revoke(self, lease: int) -> Held:
        held = self.get(lease)
        del self.held[lease]
        return held

    def attach(self, lease: int, key: str) -> None:
        self.get(lease).keys.add(key)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self.close()
        if self.held:
            earliest = min(held.expires for held in self.held.values())
            self._timer = self.clock.call_at(earliest, self._fire)

    def _fire(self) -> None:
        now = self.clock.now()
        expired = [held for held in self.held.values() if held.expires <= now]
        for held in expired:
            del self.held[held.id]
        self._arm()
        if expired:
            self._expire(expired)
