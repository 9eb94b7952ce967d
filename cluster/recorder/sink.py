"""Turns finished hops into rows and writes them in batches.

A row is prepared where the batch is written, off the event loop; on the event loop a hop costs one append.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from django.db import connection

from cluster.recorder.models import Decision, KeptHop
from cluster.wire.hop import CUT, EMPTY, NOTE, OPEN, Hop
from cluster.wire.message import Payload

BODY_LIMIT_BYTES = 65_536
DECIDE = "Decide"
UNIQUE = ["cluster", "hop"]
TOLD_BY_THE_END = ["name", "namespace", "uid", "revision", "outcome", "latency_seconds"]
SECRET_HEADERS = frozenset({"authorization", "cookie"})


class Heard(NamedTuple):
    """A hop with its headers and bodies, held on to because the ring lets them go."""

    hop: Hop
    request: Payload
    response: Payload
    query: Mapping[str, str] = EMPTY
    headers: Mapping[str, str] = EMPTY


def row_of(heard: Heard) -> KeptHop:
    hop = heard.hop
    subject = hop.subject
    return KeptHop(
        cluster=hop.cluster,
        hop=hop.id,
        time=hop.time,
        source=hop.source,
        target=hop.target,
        verb=hop.verb,
        detail=hop.detail,
        path=hop.path,
        resource=subject.resource,
        namespace=subject.namespace,
        name=subject.name,
        uid=subject.uid,
        cause=hop.cause,
        answers=hop.answers,
        revision=hop.revision,
        outcome=hop.outcome,
        latency_seconds=hop.latency_seconds,
        query=dict(heard.query),
        headers=shown_headers(heard.headers),
        request=b"" if hop.answers else _text(heard.request),
        response=_text(heard.response) if hop.answers else b"",
    )


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as they may be kept and shown: how a sender proved itself stays between the two."""
    return {
        name: f"{value.partition(' ')[0]} …" if name in SECRET_HEADERS else value for name, value in headers.items()
    }


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
    """Insert a batch; what became of hops that were `begun`, kept while still open, is added. Blocking."""
    fresh: list[KeptHop] = []
    ends: list[KeptHop] = []
    decisions: list[Decision] = []
    for heard in batch:
        (ends if heard.hop.id in begun else fresh).append(row_of(heard))
        if heard.hop.verb == NOTE and heard.hop.detail == DECIDE and heard.hop.outcome not in OPEN:
            decisions.append(decision_of(heard))
    KeptHop.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    Decision.objects.bulk_create(decisions, batch_size=500)
    if ends:
        KeptHop.objects.bulk_create(
            ends, batch_size=500, update_conflicts=True, unique_fields=UNIQUE, update_fields=TOLD_BY_THE_END
        )


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
