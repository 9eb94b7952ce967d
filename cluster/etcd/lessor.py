"""Leases: keys that go when nobody keeps their lease alive; times by the cluster's clock.

There is one timer, for the earliest expiry. A lease kept alive is only looked at again when the timer fires.
Models: server/lease/lessor.go v3.6. Simplified: a restart does not renew leases, they keep their date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster.clock import Clock, Timer
from cluster.etcd.key_value import (
    FAILED_PRECONDITION,
    LEASE_EXISTS,
    LEASE_NOT_FOUND,
    LEASE_TTL_TOO_LARGE,
    NOT_FOUND,
    OUT_OF_RANGE,
    EtcdError,
)

LONGEST_TTL_SECONDS = 9_000_000_000


@dataclass(slots=True)
class Held:
    """One lease: `ttl_seconds`, when it expires (cluster time), and its keys."""

    id: int
    ttl_seconds: int
    expires: float
    keys: set[str] = field(default_factory=set)


class Leases:
    """All leases of one keyspace. `on_expiry` is called with those that ran out; they are no longer held then."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.held: dict[int, Held] = {}
        self.on_expiry: Callable[[list[Held]], None] = lambda expired: None
        self._timer: Timer | None = None

    def load(self, rows: list[tuple[int, int, float]], attached: dict[int, set[str]]) -> None:
        self.held = {lease: Held(lease, ttl, expires, attached.get(lease, set())) for lease, ttl, expires in rows}
        self._arm()

    def grant(self, lease: int, ttl_seconds: int) -> Held:
        """A new lease; id 0 asks for one. EtcdError when the id is taken or the TTL is out of range."""
        if ttl_seconds > LONGEST_TTL_SECONDS:
            raise EtcdError(LEASE_TTL_TOO_LARGE, OUT_OF_RANGE)
        if ttl_seconds <= 0:
            raise EtcdError("etcdserver: lease TTL must be positive")
        lease = lease or self._free_id()
        if lease in self.held:
            raise EtcdError(LEASE_EXISTS, FAILED_PRECONDITION)
        held = Held(lease, ttl_seconds, self.clock.now() + ttl_seconds)
        self.held[lease] = held
        self._arm()
        return held

    def get(self, lease: int) -> Held:
        """EtcdError when there is none."""
        held = self.held.get(lease)
        if held is None:
            raise EtcdError(LEASE_NOT_FOUND, NOT_FOUND)
        return held

    def keep_alive(self, lease: int) -> Held:
        held = self.get(lease)
        held.expires = self.clock.now() + held.ttl_seconds
        return held

    def forget(self, lease: int) -> None:
        self.held.pop(lease, None)

    def move(self, key: str, old: int, new: int) -> None:
        """A key leaves one lease (0: none) for another."""
        if old and old in self.held:
            self.held[old].keys.discard(key)
        if new:
            self.get(new).keys.add(key)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _free_id(self) -> int:
        while (lease := self.clock.random.getrandbits(62) + 1) in self.held:
            continue
        return lease

    def _arm(self) -> None:
        """Be woken for the earliest expiry; a timer that is early enough stays."""
        if not self.held:
            self.close()
            return
        earliest = min(held.expires for held in self.held.values())
        if self._timer is not None and self._timer.when <= earliest:
            return
        self.close()
        self._timer = self.clock.call_at(earliest, self._fire)

    def _fire(self) -> None:
        self._timer = None
        now = self.clock.now()
        expired = [held for held in self.held.values() if held.expires <= now]
        for held in expired:
            self.forget(held.id)
        self._arm()
        if expired:
            self.on_expiry(expired)
