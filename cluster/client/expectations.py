"""Expectations: what a controller has done and not yet seen in its informer; until then it does not act again.

Models: pkg/controller/controller_utils.go ControllerExpectations v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import ADDED, DELETED
from cluster.clock import Clock

EXPIRE_SECONDS = 300.0


class Expectations:
    """Creations (counted) and deletions (by key) awaited, by controller key."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._awaited: dict[str, tuple[int, set[str], float]] = {}

    def satisfied(self, key: str) -> bool:
        creations, deletions, since = self._awaited.get(key, (0, set(), 0.0))
        return (creations <= 0 and not deletions) or self.clock.now() - since > EXPIRE_SECONDS

    def expect(self, key: str, creations: int = 0, deletions: set[str] | None = None) -> None:
        self._awaited[key] = (creations, set(deletions or ()), self.clock.now())

    def seen(self, key: str, type: str, pod: Obj) -> None:
        """An informer tells of a pod of the controller's."""
        if type == ADDED:
            self.created(key)
        if type == DELETED or meta.is_being_deleted(pod):
            self.deleted(key, meta.key_of(pod))

    def created(self, key: str) -> None:
        if key in self._awaited:
            creations, deletions, since = self._awaited[key]
            self._awaited[key] = (creations - 1, deletions, since)

    def deleted(self, key: str, pod_key: str) -> None:
        if key in self._awaited:
            self._awaited[key][1].discard(pod_key)

    def forget(self, key: str) -> None:
        self._awaited.pop(key, None)
