"""Reads hops and decisions: the newest from the wire's ring, older ones from the tables.

Everything here blocks (it reads the database); call it from a thread. Results are plain dicts, newest last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from cluster.recorder import sink
from cluster.recorder.models import Decision, KeptHop
from cluster.wire.hop import CUT, DELIVERED, DROPPED, FAILED, OPEN, UNREACHABLE, Hop, Subject
from cluster.wire.message import Payload
from cluster.wire.transport import Wire

MOST = 1_000
LONG = ("query", "headers", "request", "response")
OK, REFUSED, UNDER_WAY, LOST = "ok", "refused", "under way", "lost"
ENDED: dict[str, tuple[str, ...]] = {UNDER_WAY: OPEN, LOST: (DROPPED, UNREACHABLE, FAILED, CUT)}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which hops: each field "" or None matches all. `component` is at either end, `named` a part of "namespace/name",
    `ended` how it ended (`ending`), `before_hop` exclusive; times are cluster seconds. `asks` are (verb, resource):
    requests for one of these, no answers."""

    resource: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    source: str = ""
    target: str = ""
    verb: str = ""
    component: str = ""
    named: str = ""
    ended: str = ""
    asks: frozenset[tuple[str, str]] = frozenset()
    cause: int = 0
    since: float | None = None
    until: float | None = None
    after_hop: int = 0
    before_hop: int = 0
    limit: int = 200

    def matches(self, hop: Hop) -> bool:
        if hop.id <= self.after_hop or (self.before_hop and hop.id >= self.before_hop):
            return False
        if self.asks and (hop.answers or (hop.verb, hop.subject.resource) not in self.asks):
            return False
        if (self.cause and hop.cause != self.cause) or (self.ended and ending(hop.outcome) != self.ended):
            return False
        if self.component and self.component not in (hop.source, hop.target):
            return False
        if (self.since is not None and hop.time < self.since) or (self.until is not None and hop.time > self.until):
            return False
        if not (_same(self.source, hop.source) and _same(self.target, hop.target) and _same(self.verb, hop.verb)):
            return False
        return self._matches_subject(hop)

    def _matches_subject(self, hop: Hop) -> bool:
        if not (self.resource or self.namespace or self.name or self.uid or self.named):
            return True
        subject = hop.subject
        if self.named and self.named not in f"{subject.namespace}/{subject.name}":
            return False
        return (
            _same(self.resource, subject.resource)
            and _same(self.namespace, subject.namespace)
            and _same(self.name, subject.name)
            and _same(self.uid, subject.uid)
        )


def hops(wire: Wire, wanted: Filter) -> list[dict[str, Any]]:
    """The newest `limit` hops that match, oldest first; from the ring, then from the table for what left the ring."""
    limit = max(1, min(wanted.limit, MOST))
    newest = islice(filter(wanted.matches, reversed(wire.ring)), limit)
    found = [as_dict(hop) for hop in newest][::-1]
    if len(found) < limit:
        oldest_in_ring = next(iter(wire.ring)).id if len(wire.ring) else wire.last_id + 1
        kept = _kept(wire.cluster, wanted).filter(hop__lt=oldest_in_ring).defer(*LONG).order_by("-hop")
        found = [row_as_dict(row) for row in reversed(kept[: limit - len(found)])] + found
    return found


def hop(wire: Wire, hop_id: int, *, bodies: bool = True) -> dict[str, Any] | None:
    """One hop with its bodies where they are still kept; None when nothing of it is."""
    recent = wire.ring.get(hop_id)
    if recent is not None and (recent.request or recent.response or not bodies):
        return as_dict(recent, bodies=bodies)
    row = KeptHop.objects.filter(cluster=wire.cluster, hop=hop_id).first()
    if row is not None:
        return row_as_dict(row, bodies=bodies)
    return as_dict(recent, bodies=bodies) if recent is not None else None


def answer(wire: Wire, hop_id: int) -> dict[str, Any] | None:
    """The answer to a request with its bodies, None when it is not kept (or not given yet)."""
    for recent in wire.ring.after(hop_id):
        if recent.answers == hop_id:
            return hop(wire, recent.id)
    row = KeptHop.objects.filter(cluster=wire.cluster, hop__gt=hop_id, answers=hop_id).order_by("hop").first()
    return row_as_dict(row, bodies=True) if row is not None else None


def decisions(cluster: str, namespace: str = "", pod: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """The newest decisions of the scheduler, newest first."""
    rows = Decision.objects.filter(cluster=cluster)
    if namespace:
        rows = rows.filter(namespace=namespace)
    if pod:
        rows = rows.filter(pod=pod)
    return [
        {
            "hop": row.hop,
            "time": row.time,
            "namespace": row.namespace,
            "pod": row.pod,
            "uid": row.uid,
            "node": row.node,
            **row.body,
        }
        for row in rows.order_by("-hop")[: max(1, min(limit, MOST))]
    ]


def last_hop(cluster: str) -> int:
    """The highest hop id kept of a cluster, 0 when none is."""
    return KeptHop.objects.filter(cluster=cluster).order_by("-hop").values_list("hop", flat=True).first() or 0


def last_time(cluster: str) -> float:
    """The cluster time of the last hop kept, 0 when none is."""
    return KeptHop.objects.filter(cluster=cluster).order_by("-hop").values_list("time", flat=True).first() or 0.0


def as_dict(hop: Hop, *, bodies: bool = False) -> dict[str, Any]:
    subject = hop.subject
    found: dict[str, Any] = {
        "id": hop.id,
        "time": hop.time,
        "source": hop.source,
        "target": hop.target,
        "verb": hop.verb,
        "detail": hop.detail,
        "path": hop.path,
        "subject": subject._asdict(),
        "cause": hop.cause,
        "answers": hop.answers,
        "revision": hop.revision,
        "outcome": hop.outcome,
        "latency_seconds": hop.latency_seconds,
        "touched": hop.touched,
    }
    if bodies:
        found["query"] = dict(hop.query)
        found["headers"] = sink.shown_headers(hop.response_headers if hop.answers else hop.request_headers)
        found["request"] = body_of(hop.request)
        found["response"] = body_of(hop.response)
    return found


def row_as_dict(row: KeptHop, *, bodies: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": row.hop,
        "time": row.time,
        "source": row.source,
        "target": row.target,
        "verb": row.verb,
        "detail": row.detail,
        "path": row.path,
        "subject": Subject(row.resource, row.namespace, row.name, row.uid)._asdict(),
        "cause": row.cause,
        "answers": row.answers,
        "revision": row.revision,
        "outcome": row.outcome,
        "latency_seconds": row.latency_seconds,
        "touched": row.touched,
    }
    if bodies:
        found["query"] = row.query
        found["headers"] = row.headers
        found["request"] = _parsed(bytes(row.request))
        found["response"] = _parsed(bytes(row.response))
    return found


def body_of(payload: Payload) -> Any:
    """A body as plain JSON data, or as text where it is no JSON; None when empty."""
    return _parsed(payload.raw) if payload else None


def _kept(cluster: str, wanted: Filter) -> QuerySet[KeptHop]:
    exact = {
        key: value
        for key in ("resource", "namespace", "name", "uid", "source", "target", "verb")
        if (value := getattr(wanted, key))
    }
    rows = KeptHop.objects.filter(cluster=cluster, hop__gt=wanted.after_hop, **exact)
    if wanted.before_hop:
        rows = rows.filter(hop__lt=wanted.before_hop)
    if wanted.asks:
        one_of = [Q(verb=verb, resource=resource) for verb, resource in wanted.asks]
        rows = rows.filter(reduce(or_, one_of), answers=0)
    if wanted.cause:
        rows = rows.filter(cause=wanted.cause)
    if wanted.component:
        rows = rows.filter(Q(source=wanted.component) | Q(target=wanted.component))
    if wanted.named:
        namespace, slash, name = wanted.named.rpartition("/")
        rows = rows.filter(name__contains=name)
        if slash:
            rows = rows.filter(namespace__endswith=namespace, name__startswith=name)
    if wanted.ended:
        rows = rows.filter(_ended(wanted.ended))
    if wanted.since is not None:
        rows = rows.filter(time__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(time__lte=wanted.until)
    return rows


def ending(outcome: str) -> str:
    """How a hop ended: ok, refused, still under way, or lost."""
    if outcome.isdigit():
        return OK if int(outcome) < 400 else REFUSED
    return next((name for name, words in ENDED.items() if outcome in words), OK)


def _ended(wanted: str) -> Q:
    if wanted in ENDED:
        return Q(outcome__in=ENDED[wanted])
    refused = Q(outcome__startswith="4") | Q(outcome__startswith="5")
    if wanted == REFUSED:
        return refused
    return Q(outcome=DELIVERED) | Q(outcome__startswith="1") | Q(outcome__startswith="2") | Q(outcome__startswith="3")


def _parsed(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")


def _same(wanted: str, value: str) -> bool:
    return not wanted or wanted == value
