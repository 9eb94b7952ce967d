"""What changed, in order and by revision, so that a page that was away is told just what it missed.

One log a kind, bounded. A page says which log it followed (`epoch`) and the last revision it saw of each kind; when
the log still reaches back that far it gets the changes since, else the whole.
"""

from __future__ import annotations

from collections import deque
from typing import Any

KEPT = 2_000


class ChangeLog:
    """The changes of one kind, oldest first."""

    def __init__(self, kept: int = KEPT) -> None:
        self.revision = 0
        self.floor = 0
        self._changes: deque[dict[str, Any]] = deque(maxlen=kept)

    def add(self, change: dict[str, Any]) -> None:
        """`change` has a `revision`. One that is not newer than the last (a relist) cannot be put in order."""
        if change["revision"] <= self.revision and change.get("gone"):
            self.forget()
            return
        if len(self._changes) == self._changes.maxlen:
            self.floor = max(self.floor, self._changes[0]["revision"])
        self._changes.append(change)
        self.revision = max(self.revision, change["revision"])

    def since(self, revision: int) -> list[dict[str, Any]] | None:
        """Each object's last change after `revision`, in order; None when the log does not reach back that far."""
        if revision < self.floor or revision > self.revision:
            return None
        latest: dict[str, dict[str, Any]] = {}
        for change in self._changes:
            if change["revision"] > revision:
                latest.pop(change["key"], None)
                latest[change["key"]] = change
        return list(latest.values())

    def forget(self) -> None:
        """Nothing before now can be told in order any more."""
        self._changes.clear()
        self.floor = self.revision + 1
