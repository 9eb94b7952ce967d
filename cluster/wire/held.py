"""What a person may do with a held hop: let it go, lose it, send it twice, send it later, change what it carries.

What a person changed is marked on the hop (`touched`) and stays so.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from cluster.apimachinery import watch_event
from cluster.wire.hop import NOTE, WATCH, Hop
from cluster.wire.message import Payload

RELEASE, DROP, DUPLICATE, DELAY, EDIT = "release", "drop", "duplicate", "delay", "edit"
ALL = (RELEASE, DROP, DUPLICATE, DELAY, EDIT)
DONE = {EDIT: "edited", DROP: "dropped", DUPLICATE: "duplicated"}
JSON = "application/json"
EDITABLE_EVENTS = (watch_event.ADDED, watch_event.MODIFIED, watch_event.DELETED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a held hop. `seconds` for DELAY, `body` (decoded JSON) for EDIT; `by` is the person."""

    how: str = RELEASE
    seconds: float = 0.0
    body: Any = None
    by: str = "somebody"


class Held:
    """A hop that waits for its verdict. `rule` is the id of the rule that holds it, 0 for the pace."""

    __slots__ = ("gate", "hop", "rule")

    def __init__(self, hop: Hop, rule: int) -> None:
        self.hop = hop
        self.rule = rule
        self.gate: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()

    def decide(self, verdict: Verdict) -> None:
        """ValueError when this hop cannot be treated so; nothing happens when it is decided already."""
        if verdict.how not in ways(self.hop):
            raise ValueError(f"this message cannot be asked to {verdict.how}")
        if not self.gate.done():
            self.gate.set_result(verdict)


def ways(hop: Hop) -> tuple[str, ...]:
    """What can be done with a hop, were it held."""
    if hop.verb == NOTE:
        return (RELEASE, DROP, DELAY)
    found = [RELEASE, DROP, DELAY]
    if not hop.answers:
        found.append(DUPLICATE)
    if _is_editable(hop):
        found.append(EDIT)
    return tuple(found)


def mark(hop: Hop, what: str, by: str) -> None:
    hop.touched = f"{hop.touched}, {what} by {by}" if hop.touched else f"{what} by {by}"


def edit(hop: Hop, body: Any) -> None:
    """The hop carries another body from here on: whoever gets it gets that one."""
    payload = Payload(object=body)
    if hop.answers:
        hop.response = payload
        if hop.got is not None:
            hop.got.body = payload
            hop.got.headers = _as_json(hop.got.headers)
        return
    hop.request = payload
    if hop.sent is not None:
        hop.sent.body = payload
        hop.sent.headers = _as_json(hop.sent.headers)


def edited_event(event: Any, hop: Hop) -> Any:
    """The event of a watch, with the body that somebody put in its place."""
    if DONE[EDIT] not in hop.touched:
        return event
    return watch_event.WatchEvent(event.type, hop.request, event.revision, event.hop)


def copy_of(hop: Hop) -> Any:
    """The request of a hop, to be sent once more."""
    assert hop.sent is not None
    return replace(hop.sent, query=dict(hop.sent.query), headers=dict(hop.sent.headers))


def _is_editable(hop: Hop) -> bool:
    """Objects in JSON are; etcd's own messages (their values are bytes) and answers that begin a stream are not."""
    if hop.path.startswith("/registry/"):
        return False
    if hop.verb == WATCH:
        return hop.detail in EDITABLE_EVENTS and bool(hop.request)
    if hop.answers:
        return bool(hop.response) and (hop.got is None or hop.got.stream is None)
    return hop.sent is not None and bool(hop.sent.body)


def _as_json(headers: dict[str, str]) -> dict[str, str]:
    """A body that came as protobuf is JSON once it was edited; a patch keeps its kind."""
    kind = headers.get("content-type", "")
    if kind and "json" not in kind and "yaml" not in kind:
        return {**headers, "content-type": JSON}
    if "yaml" in kind:
        return {**headers, "content-type": kind if "apply" in kind else JSON}
    return headers
