"""Snapshots: a keyspace's log, keys and leases as one stream of bytes, and back.

JSON lines: a header, the rows (values in base64), and an end with the number of rows and a checksum, so that a snapshot
cut short is told from a whole one. Blocking; the keyspace restored into must not be open.
Models: etcdutl/snapshot/v3_snapshot.go v3.6 (save and restore), not its file format.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import orjson
from django.db import connection, transaction

from cluster.etcd import table
from cluster.etcd.key_value import KeyValue
from cluster.etcd.models import CurrentKey, Keyspace, Lease, Revision
from cluster.etcd.rpc import END_OF_KEYS

FORMAT = "kubelearn-etcd-snapshot/1"
LOG_FIELDS = (
    "revision",
    "sub",
    "key",
    "value",
    "create_revision",
    "version",
    "lease",
    "hop",
    "component",
    "user",
    "time",
)
CURRENT_FIELDS = ("key", "value", "create_revision", "mod_revision", "version", "lease", "hop")
LEASE_FIELDS = ("lease", "ttl_seconds", "expires")
TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "revision": (Revision, LOG_FIELDS),
    "current": (CurrentKey, CURRENT_FIELDS),
    "lease": (Lease, LEASE_FIELDS),
}
AT_ONCE = 1000


def save(keyspace: str, file: BinaryIO) -> int:
    """Write a snapshot of the committed state; its revision. Writers go on meanwhile."""
    digest, count = hashlib.sha256(), 0
    with _reading():
        row = Keyspace.objects.get(name=keyspace)
        lines = _lines(row)
        for line in lines:
            digest.update(line)
            file.write(line)
            count += 1
    file.write(orjson.dumps(["end", count, digest.hexdigest()]) + b"\n")
    return row.revision


def restore(file: BinaryIO, keyspace: str) -> int:
    """Fill an empty keyspace from a snapshot; its revision. ValueError when it is no snapshot or the keyspace is used;
    then nothing is written."""
    with transaction.atomic():
        if Revision.objects.filter(keyspace=keyspace).exists() or CurrentKey.objects.filter(keyspace=keyspace).exists():
            raise ValueError(f"keyspace {keyspace} is not empty")
        lines = _checked(file)
        header = next(lines)
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise ValueError(f"not a snapshot of the format {FORMAT}")
        counters = {"revision": header["revision"], "compacted": header["compacted"]}
        Keyspace.objects.update_or_create(name=keyspace, defaults=counters)
        _insert(keyspace, lines)
    return int(header["revision"])


def fork(source: str, revision: int, target: str) -> None:
    """Fill an empty keyspace with the keys of another as they were at a revision; its history begins there. EtcdError
    when the revision is not readable, ValueError when the target is used or the revision is none."""
    with transaction.atomic():
        if Keyspace.objects.filter(name=target).exists() or CurrentKey.objects.filter(keyspace=target).exists():
            raise ValueError(f"keyspace {target} is not empty")
        if revision < 1:
            raise ValueError(f"revision {revision} is before the first")
        table.check_readable(source, revision)
        found = table.at_revision(source, "", END_OF_KEYS, revision)
        Keyspace.objects.create(name=target, revision=revision, compacted=revision)
        CurrentKey.objects.bulk_create(
            [CurrentKey(keyspace=target, **_current(kv)) for kv in found], batch_size=AT_ONCE
        )
        log = Revision.objects.filter(keyspace=source, revision__lte=revision)
        times = dict(log.values_list("revision", "time"))
        Revision.objects.bulk_create(
            [_first(target, index, kv, times) for index, kv in enumerate(found)], batch_size=AT_ONCE
        )
        kept = {kv.lease for kv in found if kv.lease}
        for each in Lease.objects.filter(keyspace=source, lease__in=kept):
            Lease.objects.create(keyspace=target, lease=each.lease, ttl_seconds=each.ttl_seconds, expires=each.expires)


def _current(kv: KeyValue) -> dict[str, Any]:
    names = ("key", "value", "create_revision", "mod_revision", "version", "lease")
    return {**{name: getattr(kv, name) for name in names}, "hop": 0}


def _first(target: str, sub: int, kv: KeyValue, times: dict[int, float]) -> Revision:
    """The row of the log that a key begins with; messages of the other cluster are not this one's."""
    component, user, _ = kv.writer
    return Revision(
        keyspace=target,
        revision=kv.mod_revision,
        sub=sub,
        key=kv.key,
        value=kv.value,
        create_revision=kv.create_revision,
        version=kv.version,
        lease=kv.lease,
        hop=0,
        component=component,
        user=user,
        time=times.get(kv.mod_revision, 0.0),
    )


def _lines(row: Keyspace) -> Iterator[bytes]:
    yield orjson.dumps({"format": FORMAT, "revision": row.revision, "compacted": row.compacted}) + b"\n"
    for name, (model, fields) in TABLES.items():
        rows = model.objects.filter(keyspace=row.name).order_by("id").values_list(*fields)
        for values in rows.iterator(AT_ONCE):
            yield orjson.dumps([name, *map(_text, values)]) + b"\n"


def _checked(file: BinaryIO) -> Iterator[Any]:
    """The decoded lines; ValueError at the first that is wrong, or at the end when the checksum is."""
    digest, count = hashlib.sha256(), 0
    for line in file:
        try:
            decoded = orjson.loads(line)
        except ValueError as error:
            raise ValueError("not a snapshot") from error
        if isinstance(decoded, list) and decoded[:1] == ["end"]:
            if decoded != ["end", count, digest.hexdigest()]:
                raise ValueError("the snapshot is damaged: its checksum differs")
            return
        digest.update(line)
        count += 1
        yield decoded
    raise ValueError("the snapshot is cut short" if count else "not a snapshot")


def _insert(keyspace: str, lines: Iterator[Any]) -> None:
    waiting: dict[str, list[Any]] = {name: [] for name in TABLES}
    for name, *values in lines:
        model, fields = TABLES[name]
        columns = dict(zip(fields, values, strict=True))
        try:
            if columns.get("value") is not None:
                columns["value"] = base64.b64decode(columns["value"], validate=True)
        except binascii.Error as error:
            raise ValueError("the snapshot is damaged: a value is not base64") from error
        waiting[name].append(model(keyspace=keyspace, **columns))
        if len(waiting[name]) >= AT_ONCE:
            model.objects.bulk_create(waiting[name])
            waiting[name].clear()
    for name, rows in waiting.items():
        TABLES[name][0].objects.bulk_create(rows)


@contextmanager
def _reading() -> Iterator[None]:
    """One consistent view, without taking the writers' lock as `transaction.atomic` does here."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _text(value: object) -> object:
    return base64.b64encode(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value
