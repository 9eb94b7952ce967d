"""The read-only door for the dashboard: keys, a value at a revision, the history of a key with its writers.

Everything here blocks (it reads the tables); call it from a thread. Only committed writes are seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.models import QuerySet

from cluster.etcd import table
from cluster.etcd.models import CurrentKey, Keyspace, Revision
from cluster.etcd.rpc import END_OF_KEYS

MOST = 1_000
KEY_FIELDS = ("key", "create_revision", "mod_revision", "version", "lease")
REVISION_FIELDS = ("revision", "sub", "key", "component", "user", "hop", "time", "version", "create_revision", "lease")


def keyspace(name: str) -> dict[str, int]:
    """{"revision", "compacted"}: the newest revision, and the oldest that can still be read."""
    row = Keyspace.objects.filter(name=name).first()
    return {"revision": row.revision if row else 0, "compacted": row.compacted if row else 0}


def keys(keyspace: str, prefix: str = "", limit: int = MOST, after: str = "") -> list[dict[str, Any]]:
    """The keys that exist, in order, with their revisions; `after` a key to go on from."""
    rows = _under(keyspace, prefix).filter(key__gt=after)
    return list(rows.order_by("key").values(*KEY_FIELDS)[: _bounded(limit)])


def revisions(keyspace: str, key: str = "", after: int = 0, limit: int = 100, before: int = 0) -> list[dict[str, Any]]:
    """The newest writes (of one key), newest first: revision, key, who wrote it, by which hop, when.

    `after` and `before` are revisions, exclusive; `before` 0 starts from the newest.
    """
    rows = Revision.objects.filter(keyspace=keyspace, revision__gt=after)
    if key:
        rows = rows.filter(key=key)
    if before:
        rows = rows.filter(revision__lt=before)
    chosen = rows.order_by("-revision", "-sub").extra(select={"deleted": "value IS NULL"})
    found = list(chosen.values(*REVISION_FIELDS, "deleted")[: _bounded(limit)])
    for row in found:
        row["deleted"] = bool(row["deleted"])
    return found


def folder(keyspace: str, prefix: str) -> list[dict[str, Any]]:
    """One level of the key tree: {"name", "key", "revision"} for a key, {"name", "count"} for what lies deeper."""
    rows = _under(keyspace, prefix).order_by("key")
    below: Counter[str] = Counter()
    found = []
    for key, revision in rows.values_list("key", "mod_revision"):
        name, slash, _ = key[len(prefix) :].partition("/")
        if slash:
            below[name] += 1
        else:
            found.append({"name": name, "key": key, "revision": revision})
    return [*({"name": name, "count": count} for name, count in sorted(below.items())), *found[:MOST]]


def holding(keyspace: str, prefix: str, text: str, limit: int = MOST) -> list[Any]:
    """The objects under a prefix whose value holds `text` anywhere, decoded: what may refer to a uid."""
    found = "position(%s::bytea in value) > 0" if connection.vendor == "postgresql" else "instr(value, %s) > 0"
    chosen = _under(keyspace, prefix).extra(where=[found], params=[text.encode()]).values_list("value", flat=True)
    values = [_decoded(value) for value in chosen[: _bounded(limit)]]
    return [value for value in values if isinstance(value, dict)]


def keys_with(keyspace: str, text: str, leaving_out: Sequence[str], limit: int) -> list[str]:
    """Keys that hold `text` (letters of either case), without those that begin with one of `leaving_out`."""
    rows = CurrentKey.objects.filter(keyspace=keyspace, key__icontains=text)
    for prefix in leaving_out:
        rows = rows.exclude(key__startswith=prefix)
    return list(rows.order_by("key").values_list("key", flat=True)[: _bounded(limit)])


def history(keyspace: str, key: str, limit: int) -> list[tuple[dict[str, Any], Any]]:
    """The newest writes of a key with the value that each wrote, newest first."""
    rows = Revision.objects.filter(keyspace=keyspace, key=key).order_by("-revision", "-sub")[: _bounded(limit)]
    return [({name: getattr(row, name) for name in REVISION_FIELDS}, _decoded(row.value)) for row in rows]


def at(keyspace: str, prefix: str, revision: int) -> list[tuple[int, Any]]:
    """(the revision that wrote it, the value) of every key under a prefix as it was at a revision. EtcdError when that
    is compacted or still to come."""
    table.check_readable(keyspace, revision)
    found = table.at_revision(keyspace, prefix, prefix + END_OF_KEYS, revision)
    return [(kv.mod_revision, _decoded(kv.value)) for kv in found]


def values_at(keyspace: str, prefix: str, revision: int) -> dict[str, tuple[int, Any]]:
    """As `at`, by key. EtcdError."""
    table.check_readable(keyspace, revision)
    found = table.at_revision(keyspace, prefix, prefix + END_OF_KEYS, revision)
    return {kv.key: (kv.mod_revision, _decoded(kv.value)) for kv in found}


def time_of(keyspace: str, revision: int) -> float:
    """The cluster time at which a revision was written, or the last one before it that the log still has. EtcdError."""
    table.check_readable(keyspace, revision)
    rows = Revision.objects.filter(keyspace=keyspace, revision__lte=revision).order_by("-revision", "-sub")
    return rows.values_list("time", flat=True).first() or 0.0


def value(keyspace: str, key: str, revision: int = 0) -> Any:
    """The decoded value of a key, at a revision or now; None when it did not exist. EtcdError when the revision is
    compacted or still to come."""
    rows = Revision.objects.filter(keyspace=keyspace, key=key)
    if revision:
        table.check_readable(keyspace, revision)
        rows = rows.filter(revision__lte=revision)
    row = rows.order_by("-revision", "-sub").first()
    return None if row is None else _decoded(row.value)


def written(keyspace: str, revision: int) -> list[dict[str, Any]]:
    """The keys that one revision wrote, with who wrote them, by which hop, when; [] when the log no longer knows."""
    rows = Revision.objects.filter(keyspace=keyspace, revision=revision).order_by("sub")
    found = list(rows.extra(select={"deleted": "value IS NULL"}).values(*REVISION_FIELDS, "deleted")[:MOST])
    for row in found:
        row["deleted"] = bool(row["deleted"])
    return found


def last_hop(keyspace: str) -> int:
    """The newest hop that the log names, 0 when there is none."""
    newest = Revision.objects.filter(keyspace=keyspace).order_by("-revision", "-sub").values_list("hop", flat=True)
    return max(newest[:200], default=0)


def last_time(keyspace: str) -> float:
    """When the newest revision was written, 0 when there is none."""
    newest = Revision.objects.filter(keyspace=keyspace).order_by("-revision", "-sub").values_list("time", flat=True)
    return newest.first() or 0.0


def _under(keyspace: str, prefix: str) -> QuerySet[CurrentKey]:
    return CurrentKey.objects.filter(keyspace=keyspace, key__gte=prefix, key__lt=prefix + END_OF_KEYS)


def _decoded(value: Any) -> Any:
    if value is None:
        return None
    try:
        return orjson.loads(bytes(value))
    except ValueError:
        return bytes(value).decode("utf-8", "replace")


def _bounded(limit: int) -> int:
    return max(1, min(limit, MOST))
