"""What a container does, as data: lines, an end, what it answers; and which command lines need no shell to know that.

`sleep` with a time, true and false are timers and nothing else, however many containers run them. Everything else that
somebody wrote as a command is run by `shell`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

Line = tuple[float, str]
"""(seconds of the container's life, text)"""
FOR_EVER = float("inf")
TINY = 1e-5
"""Seconds: more than a moment of cluster time may be off by rounding."""
TERMINATED = 143
_sleep = re.compile(r"^(?:exec )?sleep (\d+(?:\.\d+)?)(s|m|h|d)?$")
_for_ever = re.compile(r"^(?:exec )?(?:sleep inf(?:inity)?|tail -f /dev/null)$")
_units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_shells = ("sh", "bash", "ash", "dash")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a started container does: lines it writes, then it ends after `seconds` (None: never) with `exit_code`.

    It answers probes from `healthy_after` until `healthy_until` seconds of its life; on SIGTERM it ends after
    `stop_seconds` (None: it does not). With a `script` all that is up to the command line, which a shell runs.
    """

    lines: tuple[Line, ...] = ()
    seconds: float | None = None
    exit_code: int = 0
    end_reason: str = ""
    listens: bool = False
    healthy_after: float = 0.0
    healthy_until: float = FOR_EVER
    stop_seconds: float | None = 0.0
    stop_code: int = 0
    script: tuple[str, ...] = ()

    def written(self, age: float) -> list[Line]:
        """What it has written at an age."""
        return [line for line in self.lines if line[0] <= age + TINY]

    def next_line(self, age: float) -> float | None:
        """The age at which it writes again."""
        return min((at for at, _ in self.lines if at > age + TINY), default=None)


def at_start(*texts: str) -> tuple[Line, ...]:
    return tuple((0.0, text) for text in texts)


def read(words: list[str]) -> Behaviour:
    """What a command line does."""
    text = _text(words).strip()
    if match := _sleep.match(text):
        return Behaviour((), float(match.group(1)) * _units[match.group(2) or "s"], stop_code=TERMINATED)
    if _for_ever.match(text):
        return Behaviour(stop_code=TERMINATED)
    if text in ("true", "false"):
        return Behaviour((), 0.0, int(text == "false"), stop_code=TERMINATED)
    return Behaviour(script=tuple(words), stop_code=TERMINATED)


def _text(words: list[str]) -> str:
    is_shell = words[0].rpartition("/")[2] in _shells and len(words) == 3 and words[1] == "-c"
    return words[2] if is_shell else shlex.join(words)
