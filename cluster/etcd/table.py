"""SQL of the store: loading, committing and reading the log. Everything here blocks and runs in the store's threads.

Raw `executemany` on Django's connection: measured at 26,500 writes a second with synchronous=FULL, where the ORM's
bulk_create reaches 15,000.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from cluster.etcd.key_value import COMPACTED, FUTURE, OUT_OF_RANGE, Author, EtcdError, KeyValue
from cluster.etcd.models import CurrentKey, Keyspace, Lease, Revision

INSERT_REVISION = (
    "INSERT INTO cluster_revision (keyspace, revision, sub, key, value, create_revision, version, lease, hop,"
    ' component, "user", time) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)'
)
PUT_CURRENT = (
    "INSERT INTO cluster_currentkey (keyspace, key, value, create_revision, mod_revision, version, lease, hop)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (keyspace, key) DO UPDATE SET value = excluded.value,"
    " create_revision = excluded.create_revision, mod_revision = excluded.mod_revision, version = excluded.version,"
    " lease = excluded.lease, hop = excluded.hop"
)
DELETE_CURRENT = "DELETE FROM cluster_currentkey WHERE keyspace = %s AND key = %s"
SET_REVISION = "UPDATE cluster_keyspace SET revision = %s WHERE name = %s"

SELECT_CURRENT = (
    'SELECT c.key, c.value, c.create_revision, c.mod_revision, c.version, c.lease, r.component, r."user", c.hop'
    " FROM cluster_currentkey c LEFT JOIN cluster_revision r"
    " ON r.keyspace = c.keyspace AND r.revision = c.mod_revision AND r.key = c.key WHERE c.keyspace = %s"
)
LOG = (
    'SELECT r.key, r.value, r.create_revision, r.revision, r.version, r.lease, r.component, r."user", r.hop, r.sub'
    " FROM cluster_revision r WHERE r.keyspace = %s"
)
IN_RANGE, ONE_KEY = " AND r.key >= %s AND r.key < %s", " AND r.key = %s"
BETWEEN = " AND (r.revision, r.sub) > (%s, %s) AND r.revision <= %s ORDER BY r.revision, r.sub LIMIT %s"
NEWEST_OF_EACH = (
    " AND r.value IS NOT NULL AND r.revision = (SELECT MAX(n.revision) FROM cluster_revision n"
    " WHERE n.keyspace = r.keyspace AND n.key = r.key AND n.revision <= %s) ORDER BY r.key"
)
BEFORE = " AND r.key = %s AND r.revision < %s ORDER BY r.revision DESC LIMIT 1"
COMPACT = (
    "DELETE FROM cluster_revision WHERE keyspace = %s AND revision > %s AND revision <= %s AND revision < %s"
    " AND (value IS NULL OR EXISTS (SELECT 1 FROM cluster_revision n WHERE n.keyspace = cluster_revision.keyspace"
    " AND n.key = cluster_revision.key AND n.revision > cluster_revision.revision AND n.revision <= %s))"
)

Row = tuple[Any, ...]

ONE_COMMIT = threading.Lock()
"""SQLite has one writer: keyspaces of one process queue here, where waiting is fair, not in SQLite's busy handler."""


@dataclass(slots=True)
class Loaded:
    """A keyspace as its tables hold it. `leases` are (id, TTL seconds, expiry in cluster time)."""

    revision: int
    compacted: int
    keys: dict[str, KeyValue]
    leases: list[tuple[int, int, float]]


@dataclass(slots=True)
class Change:
    """A row of the log: a key as written (`put`) or deleted, and its place within the revision."""

    kv: KeyValue
    put: bool
    sub: int


def check_readable(keyspace: str, revision: int) -> None:
    """EtcdError when a revision is compacted or still to come."""
    row = Keyspace.objects.filter(name=keyspace).first()
    if revision < (row.compacted if row else 0):
        raise EtcdError(COMPACTED, OUT_OF_RANGE)
    if revision > (row.revision if row else 0):
        raise EtcdError(FUTURE, OUT_OF_RANGE)


def load(keyspace: str) -> Loaded:
    row, _ = Keyspace.objects.get_or_create(name=keyspace)
    keys = {}
    with connection.cursor() as cursor:
        cursor.execute(SELECT_CURRENT, [keyspace])
        for fields in _rows(cursor):
            kv = _key_value(fields)
            keys[kv.key] = kv
    leases = list(Lease.objects.filter(keyspace=keyspace).values_list("lease", "ttl_seconds", "expires"))
    return Loaded(row.revision, row.compacted, keys, leases)


def tune() -> None:
    """Make the calling thread's connection one that writes much: a third of the CPU of a commit goes (measured with a
    hundred writes each) when index pages stay in memory and the log is copied back in larger pieces."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -8192")
            cursor.execute("PRAGMA wal_autocheckpoint = 4000")


def commit(keyspace: str, revision: int, log: Sequence[Row], puts: Sequence[Row], deletes: Sequence[Row]) -> None:
    """One transaction: the log rows, the current rows, and the keyspace's revision."""
    with ONE_COMMIT, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(INSERT_REVISION, log)
        if puts:
            cursor.executemany(PUT_CURRENT, puts)
        if deletes:
            cursor.executemany(DELETE_CURRENT, deletes)
        cursor.execute(SET_REVISION, [revision, keyspace])


def changes(keyspace: str, start: str, end: str, after: tuple[int, int], until: int, limit: int) -> list[Change]:
    """At most `limit` rows of the log for the keys in [start, end), in order: later than `after` (revision, sub), up to
    the revision `until`."""
    where, which = (IN_RANGE, [start, end]) if end else (ONE_KEY, [start])
    with connection.cursor() as cursor:
        cursor.execute(LOG + where + BETWEEN, [keyspace, *which, *after, until, limit])
        return [Change(_key_value(fields), fields[1] is not None, fields[9]) for fields in cursor.fetchall()]


def before(keyspace: str, key: str, revision: int) -> KeyValue | None:
    """What a key was just before a revision; None when it was not there or the log no longer knows."""
    with connection.cursor() as cursor:
        cursor.execute(LOG + BEFORE, [keyspace, key, revision])
        fields = cursor.fetchone()
    return None if fields is None or fields[1] is None else _key_value(fields)


def at_revision(keyspace: str, start: str, end: str, revision: int) -> list[KeyValue]:
    """The keys in [start, end), or one, as they were at a revision, in key order."""
    where, which = (IN_RANGE, [start, end]) if end else (ONE_KEY, [start])
    with connection.cursor() as cursor:
        cursor.execute(LOG + where + NEWEST_OF_EACH, [keyspace, *which, revision])
        return [_key_value(fields) for fields in _rows(cursor)]


def save_lease(keyspace: str, lease: int, ttl_seconds: int, expires: float) -> None:
    values = {"ttl_seconds": ttl_seconds, "expires": expires}
    with ONE_COMMIT:
        Lease.objects.update_or_create(keyspace=keyspace, lease=lease, defaults=values)


def delete_leases(keyspace: str, leases: Iterable[int]) -> None:
    with ONE_COMMIT:
        Lease.objects.filter(keyspace=keyspace, lease__in=list(leases)).delete()


def set_compacted(keyspace: str, revision: int) -> None:
    with ONE_COMMIT:
        Keyspace.objects.filter(name=keyspace, compacted__lt=revision).update(compacted=revision)


def compact(keyspace: str, revision: int, after: int, rows: int) -> int | None:
    """Of the first `rows` log rows later than the revision `after`, drop those that no read at `revision` or later
    needs. The revision up to which was looked at; None when that was all."""
    kept = Revision.objects.filter(keyspace=keyspace, revision__gt=after, revision__lt=revision)
    edge = kept.order_by("revision").values_list("revision", flat=True)[rows : rows + 1].first()
    with ONE_COMMIT, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COMPACT, [keyspace, after, revision if edge is None else edge, revision, revision])
    return edge


def erase(keyspace: str) -> None:
    """Delete a keyspace and everything in it."""
    with ONE_COMMIT, transaction.atomic():
        for model in (Revision, CurrentKey, Lease):
            model.objects.filter(keyspace=keyspace).delete()
        Keyspace.objects.filter(name=keyspace).delete()


def close_connection() -> None:
    """Close the calling thread's connection."""
    connection.close()


def _rows(cursor: Any) -> Iterator[Row]:
    while rows := cursor.fetchmany(2000):
        yield from rows


def _key_value(fields: Row) -> KeyValue:
    key, value, create_revision, mod_revision, version, lease, component, user, hop = fields[:9]
    author: Author = (component or "", user or "", hop)
    return KeyValue(key, b"" if value is None else bytes(value), create_revision, mod_revision, version, lease, author)
