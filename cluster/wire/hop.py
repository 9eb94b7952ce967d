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

from cluster.wire.message import NO_METADATA, NOTHING, Payload, Request, Response

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
REGISTRY = "/registry/"


class Hop:
    """One message. `time` is cluster time in seconds; `latency_seconds` is until the answer (requests only).

    `outcome` is the HTTP status as text once answered, or one of the words above. `verb` is the HTTP method or RPC
    name, WATCH for an event of a watch, NOTE for a message to oneself; `detail` refines it (the event's type, the
    note's name). `touched` says for ever what a person did to it: "edited by owner".
    """

    # Defaults live in the class, not in each hop: a hop sets only what it differs in (a tenth of a pod's cost was this).
    detail = ""
    cause = 0
    answers = 0
    revision = 0
    outcome = PENDING
    latency_seconds = 0.0
    touched = ""
    request: Payload = NOTHING
    response: Payload = NOTHING
    sent: Request | None = None
    got: Response | None = None
    question: Hop | None = None
    _subject: Subject | None = None
    _metadata: Mapping[str, Any] | None = None

    def __init__(self, cluster: str, id: int, time: float, source: str, target: str, verb: str, path: str) -> None:
        self.cluster = cluster
        self.id = id
        self.time = time
        self.source = source
        self.target = target
        self.verb = verb
        self.path = path

    @property
    def query(self) -> Mapping[str, str]:
        return self.sent.query if self.sent is not None else EMPTY

    @property
    def request_headers(self) -> Mapping[str, str]:
        return self.sent.headers if self.sent is not None else EMPTY

    @property
    def response_headers(self) -> Mapping[str, str]:
        return self.got.headers if self.got is not None else EMPTY

    @property
    def subject(self) -> Subject:
        if self._subject is None:
            self._subject = read_subject(self)
        return self._subject

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The metadata of the object that the bodies speak of: the answer's first."""
        if self._metadata is not None:
            return self._metadata
        if self.path.startswith(REGISTRY):  # the key says it all
            return NO_METADATA
        return self.response.about or self.request.about

    def ask(self, request: Request) -> None:
        """The hop carries a request."""
        self.sent = request
        self.request = request.body

    def answer(self, question: Hop, response: Response) -> None:
        """The hop carries the answer to `question`. What it says is known of the question too: a POST learns its
        object's uid from it."""
        self.question = question
        self.answers = question.id
        self.revision = question.revision = response.revision
        self.request = question.request
        self.response = response.body
        self.got = response
        question._subject = None
        if question.sent is not None:
            question.response, question.got = response.body, response
        else:  # it waited for so long that its bodies went
            question._metadata = response.body.about or question._metadata

    def strip(self) -> None:
        """Forget the bodies, keeping what tells their subject."""
        if self._subject is None and self.question is None:
            self._metadata = self.metadata
        self.request = self.response = NOTHING
        self.sent = self.got = None

    def __repr__(self) -> str:
        return f"<hop {self.id} {self.source} → {self.target} {self.verb} {self.path} {self.outcome}>"


def read_subject(hop: Hop) -> Subject:
    """The object a hop speaks of: from the path, completed by the body's metadata (a POST names its object there). An
    answer speaks of what its question does."""
    if hop.question is not None:
        return hop.question.subject
    subject = subject_of_path(hop.path)
    metadata = hop.metadata
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
