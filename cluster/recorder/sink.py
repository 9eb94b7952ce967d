"""Turns finished hops into rows and writes them in batches.

A row is prepared where the batch is written, off the event loop; on the event loop a hop costs one append.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Set
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction

from cluster.recorder.models import Decision, KeptHop
from cluster.wire.hop import CUT, EMPTY, NOTE, OPEN, Hop
from cluster.wire.message import Payload

BODY_LIMIT_BYTES = 65_536
LONGEST_MARK = 200
DECIDE = "Decide"
COLUMNS = (
    "cluster", "hop", "time", "source", "target", "verb", "detail", "path", "resource", "namespace", "name", "uid",
    "cause", "answers", "revision", "outcome", "latency_seconds", "touched", "query", "headers", "request", "response",
)  # fmt: skip
TOLD_BY_THE_END = ("name", "namespace", "uid", "revision", "outcome", "latency_seconds", "touched")
ROWS = f"INSERT INTO cluster_kepthop ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
INSERT = f"{ROWS} ON CONFLICT DO NOTHING"
CARRIED = ("headers", "request", "response")
COMPLETE = f"{ROWS} ON CONFLICT (cluster, hop) DO UPDATE SET " + ", ".join(
    [f"{name} = excluded.{name}" for name in TOLD_BY_THE_END]
    + [
        f"{name} = CASE excluded.touched WHEN '' THEN cluster_kepthop.{name} ELSE excluded.{name} END"
        for name in CARRIED
    ]
)
"""What a hop carried was written down when it began; only a person's hand changes it."""
SECRET_HEADERS = frozenset({"authorization", "cookie", "sec-websocket-protocol", "set-cookie"})


class Heard(NamedTuple):
    """A hop with its headers and bodies, held on to because the ring lets them go."""

    hop: Hop
    request: Payload
    response: Payload
    query: Mapping[str, str] = EMPTY
    headers: Mapping[str, str] = EMPTY


def row_of(heard: Heard) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    hop = heard.hop
    subject = hop.subject
    return (
        hop.cluster,
        hop.id,
        hop.time,
        hop.source,
        hop.target,
        hop.verb,
        hop.detail,
        hop.path,
        subject.resource,
        subject.namespace,
        subject.name,
        subject.uid,
        hop.cause,
        hop.answers,
        hop.revision,
        hop.outcome,
        hop.latency_seconds,
        hop.touched[:LONGEST_MARK],
        _json(dict(heard.query)),
        _json(shown_headers(heard.headers)),
        b"" if hop.answers else _text(heard.request),
        _text(heard.response) if hop.answers else b"",
    )


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as they may be kept and shown: how a sender proved itself stays between the two."""
    return {name: _hidden(name, value) if name in SECRET_HEADERS else value for name, value in headers.items()}


def _hidden(name: str, value: str) -> str:
    """Of a secret only its scheme."""
    scheme, space, _ = value.partition(" ")
    return f"{scheme} …" if space and name == "authorization" else "…"


def decision_of(heard: Heard) -> Decision:
    hop, body = heard.hop, heard.request.object
    return Decision(
        cluster=hop.cluster,
        hop=hop.id,
        time=hop.time,
        namespace=hop.subject.namespace,
        pod=hop.subject.name,
        uid=hop.subject.uid,
        node=body.get("node") or "",
        body={key: value for key, value in body.items() if key != "pod"},
    )


def write(batch: Iterable[Heard], begun: Set[int] = frozenset()) -> None:
    """Insert a batch; what became of hops that were `begun`, kept while still open, is added. Blocking.

    Raw SQL, as in `etcd.table`: the ORM takes twice the CPU for a row, and in a flood that is the cluster's.
    """
    fresh: list[tuple[Any, ...]] = []
    ends: list[tuple[Any, ...]] = []
    decisions: list[Decision] = []
    for heard in batch:
        (ends if heard.hop.id in begun else fresh).append(row_of(heard))
        if heard.hop.verb == NOTE and heard.hop.detail == DECIDE and heard.hop.outcome not in OPEN:
            decisions.append(decision_of(heard))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(INSERT, fresh)
        if ends:
            cursor.executemany(COMPLETE, ends)
        Decision.objects.bulk_create(decisions, batch_size=500)


def cut_off(cluster: str) -> int:
    """Hops that were on their way when the process before ended never will arrive; how many those are. Blocking."""
    return KeptHop.objects.filter(cluster=cluster, outcome__in=OPEN).update(outcome=CUT)


def trim(cluster: str, keep: int) -> int:
    """Delete all but the newest `keep` hops of a cluster, and decisions older than those; how many hops went."""
    newest = KeptHop.objects.filter(cluster=cluster).order_by("-hop").values_list("hop", flat=True)
    oldest_kept = next(itertools.islice(newest[keep : keep + 1], 0, 1), None)
    if oldest_kept is None:
        return 0
    Decision.objects.filter(cluster=cluster, hop__lte=oldest_kept).delete()
    return KeptHop.objects.filter(cluster=cluster, hop__lte=oldest_kept).delete()[0]


def forget(cluster: str) -> None:
    """Delete everything kept of a cluster."""
    KeptHop.objects.filter(cluster=cluster).delete()
    Decision.objects.filter(cluster=cluster).delete()


def close_connection() -> None:
    """Close the calling thread's database connection."""
    connection.close()


def _text(payload: Payload) -> bytes:
    if not payload:
        return b""
    try:
        return payload.head(BODY_LIMIT_BYTES)
    except TypeError as error:
        return f"not JSON: {error}".encode()


def _json(value: Mapping[str, str]) -> str:
    return orjson.dumps(value).decode() if value else "{}"
