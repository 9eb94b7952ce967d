"""The read-only door for the dashboard: keys, a value at a revision, the history of a key with its writers.

Everything here blocks (it reads the tables); call it from a thread.
"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.etcd.models import CurrentKey, Revision

MOST = 1_000


def keys(keyspace: str, prefix: str = "", limit: int = MOST) -> list[dict[str, Any]]:
    """The keys that exist, in order, with their revisions and sizes."""
    rows = CurrentKey.objects.filter(keyspace=keyspace, key__gte=prefix, key__lt=prefix + "\U0010ffff").order_by("key")
    fields = ("key", "create_revision", "mod_revision", "version", "lease")
    return list(rows.values(*fields)[: max(1, min(limit, MOST))])


def revisions(keyspace: str, key: str = "", after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """The newest writes (of one key), newest first: revision, key, who wrote it, by which hop, when."""
    rows = Revision.objects.filter(keyspace=keyspace, revision__gt=after)
    if key:
        rows = rows.filter(key=key)
    found = []
    for row in rows.order_by("-revision", "-sub")[: max(1, min(limit, MOST))]:
        found.append(
            {
                "revision": row.revision,
                "key": row.key,
                "deleted": row.value is None,
                "component": row.component,
                "user": row.user,
                "hop": row.hop,
                "time": row.time,
                "version": row.version,
            }
        )
    return found


def value(keyspace: str, key: str, revision: int = 0) -> Any:
    """The decoded value of a key, at a revision or now; None when it did not exist."""
    rows = Revision.objects.filter(keyspace=keyspace, key=key)
    if revision:
        rows = rows.filter(revision__lte=revision)
    row = rows.order_by("-revision").first()
    if row is None or row.value is None:
        return None
    try:
        return orjson.loads(bytes(row.value))
    except ValueError:
        return bytes(row.value).decode("utf-8", "replace")


def last_hop(keyspace: str) -> int:
    """The hop of the newest revision, 0 when there is none."""
    return Revision.objects.filter(keyspace=keyspace).order_by("-revision").values_list("hop", flat=True).first() or 0
