"""How fast messages go: at once, each for a while, one by one, or not at all; all of them, or one pod's only.

Slow and step leave out what tells no story: heartbeats, events, and (step) lists of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cluster.wire.hop import Hop

REAL, SLOW, STEP, PAUSE = "real", "slow", "step", "pause"
MODES = (REAL, SLOW, STEP, PAUSE)
SECONDS, LONGEST_SECONDS = 0.8, 60.0
HEARTBEATS = ("/leases", "/events", "/registry/masterleases/", "RuntimeService/Status")


@dataclass(frozen=True, slots=True)
class Pace:
    """`seconds` is what a hop takes when slow; `pod` ("namespace/name") narrows it to the hops about that pod."""

    mode: str = REAL
    seconds: float = SECONDS
    pod: str = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"pace must be {', '.join(MODES[:-1])} or {MODES[-1]}")
        if self.seconds < 0:
            raise ValueError("a hop can't take less than no time")

    def applies(self, hop: Hop) -> bool:
        if self.mode == REAL:
            return False
        if self.pod:
            subject = hop.subject
            return subject.resource == "pods" and f"{subject.namespace}/{subject.name}" == self.pod
        if self.mode == PAUSE:
            return True
        return not is_heartbeat(hop.path) and (self.mode == SLOW or bool(hop.subject.name))

    @property
    def holds(self) -> bool:
        return self.mode in (STEP, PAUSE)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def from_dict(kept: Mapping[str, Any]) -> Pace:
    """A pace as `as_dict` told it."""
    return Pace(kept.get("mode", REAL), kept.get("seconds", SECONDS), kept.get("pod", ""))


def is_heartbeat(path: str) -> bool:
    """Heartbeats and events: they come all the time and tell no story."""
    return any(part in path for part in HEARTBEATS)
