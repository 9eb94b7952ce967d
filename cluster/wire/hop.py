"""A hop: one message that one component sent to another, as the wire saw it.

A request and its answer are two hops (`answers` names the request's). `cause` is the hop that made this one happen:
within a component it travels in a context variable (`current_hop`), across a watch from the revision's writer to the
event. A hop's subject (the object it speaks of) is read from its path and body only when somebody asks.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, NamedTuple

from cluster.wire.message import NOTHING, Payload

PENDING = "pending"
HELD = "held"
DELAYED = "delayed"
WAITING = "waiting"
DELIVERED = "delivered"
DROPPED = "dropped"
UNREACHABLE = "unreachable"
FAILED = "failed"
CUT = "cut"
"""The process ended before the hop did: whether it arrived, nobody can tell from the hop."""
OPEN = (PENDING, HELD, DELAYED, WAITING)

WATCH = "WATCH"
NOTE = "NOTE"

current_hop: ContextVar[int] = ContextVar("current_hop", default=0)


class Subject(NamedTuple):
    """The object that a hop speaks of. `resource` is the plural ("pods"), `subresource` may be empty."""

    resource: str
    namespace: str
    name: str
    uid: str = ""
    subresource: str = ""


NOBODY = Subject("", "", "")
EMPTY: Mapping[str, str] = MappingProxyType({})


class Hop:
    """One message. `time` is cluster time in seconds; `latency_seconds` is until the answer (requests only).

    `outcome` is the HTTP status as text once answered, or one of the words above. `verb` is the HTTP method or RPC
    name, WATCH for an event of a watch, NOTE for a message to oneself; `detail` refines it (the event's type, the
    note's name).
    """

    __slots__ = (
        "_subject",
        "answers",
        "cause",
        "cluster",
        "detail",
        "id",
        "latency_seconds",
        "outcome",
        "path",
        "query",
        "request",
        "request_headers",
        "response",
        "response_headers",
        "revision",
        "source",
        "target",
        "time",
        "verb",
    )

    def __init__(self, cluster: str, id: int, time: float, source: str, target: str, verb: str, path: str) -> None:
        self.cluster = cluster
        self.id = id
        self.time = time
        self.source = source
        self.target = target
        self.verb = verb
        self.path = path
        self.detail = ""
        self.cause = 0
        self.answers = 0
        self.revision = 0
        self.outcome = PENDING
        self.latency_seconds = 0.0
        self.request: Payload = NOTHING
        self.response: Payload = NOTHING
        self.query: Mapping[str, str] = EMPTY
        self.request_headers: Mapping[str, str] = EMPTY
        self.response_headers: Mapping[str, str] = EMPTY
        self._subject: Subject | None = None

    @property
    def subject(self) -> Subject:
        if self._subject is None:
            self._subject = read_subject(self)
        return self._subject

    def answered(self, answer: Hop, response: Payload) -> None:
        """What the answer says is known of the request too: a POST learns its object's uid from it."""
        self.revision = answer.revision
        self.response = response
        self.response_headers = answer.response_headers
        self._subject = None

    def strip(self) -> None:
        """Forget the bodies, keeping the subject that they told."""
        if self._subject is None:
            self._subject = read_subject(self)
        self.request = NOTHING
        self.response = NOTHING
        self.query = self.request_headers = self.response_headers = EMPTY

    def __repr__(self) -> str:
        return f"<hop {self.id} {self.source} → {self.target} {self.verb} {self.path} {self.outcome}>"


def read_subject(hop: Hop) -> Subject:
    """The object a hop speaks of: from the path, completed by the body's metadata (a POST names its object there)."""
    subject = subject_of_path(hop.path)
    metadata = _metadata(hop)
    if not metadata:
        return subject
    return Subject(
        subject.resource,
        subject.namespace or metadata.get("namespace") or "",
        subject.name or metadata.get("name") or "",
        metadata.get("uid") or "",
        subject.subresource,
    )


@functools.lru_cache(maxsize=8192)
def subject_of_path(path: str) -> Subject:
    """Read `/api/v1/namespaces/x/pods/web/status`, `/apis/apps/v1/deployments` or `/registry/pods/x/web`."""
    parts = path.strip("/").split("/")
    if parts[0] == "registry":
        return _registry_subject(parts[1:])
    if parts[0] == "api":
        parts = parts[2:]
    elif parts[0] == "apis":
        parts = parts[3:]
    elif parts[0].startswith("runtime.v1.") or parts[0] == "admit":
        return Subject("pods", "", "")
    else:
        return NOBODY
    if len(parts) >= 3 and parts[0] == "namespaces" and parts[2] not in ("status", "finalize"):
        namespace, parts = parts[1], parts[2:]
    else:
        namespace = ""
    parts += [""] * (3 - len(parts))
    return Subject(parts[0], namespace, parts[1], "", parts[2])


def _registry_subject(parts: list[str]) -> Subject:
    if parts and "." in parts[0]:
        parts = parts[1:]
    if len(parts) == 3:
        return Subject(parts[0], parts[1], parts[2])
    if len(parts) == 2:
        return Subject(parts[0], "", parts[1])
    return Subject(parts[0] if parts else "", "", "")


def _metadata(hop: Hop) -> dict[str, Any]:
    for payload in (hop.response, hop.request):
        if not payload:
            continue
        try:
            body = payload.named
        except ValueError:
            continue
        if not isinstance(body, dict):
            continue
        metadata = body.get("metadata")
        if metadata.__class__ is dict and metadata.get("name"):
            return metadata
        for part in (body.get("object"), body.get("sandboxConfig"), body.get("config")):
            metadata = part.get("metadata") if isinstance(part, dict) else None
            if isinstance(metadata, dict) and metadata.get("name"):
                return metadata
    return {}
