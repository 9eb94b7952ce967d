"""Snapshots: a keyspace's log and leases as one file, and back.

The file is JSON lines: a header, then rows; values are base64. Blocking; the keyspace restored into must not be open.
Models: etcdutl/snapshot v3.6 (save and restore), not its file format.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction

from cluster.etcd.models import CurrentKey, Keyspace, Lease, Revision

FORMAT = "kubelearn-etcd-snapshot/1"
REVISION_FIELDS = [
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
]
CURRENT_FIELDS = ["key", "value", "create_revision", "mod_revision", "version", "lease", "hop"]
LEASE_FIELDS = ["lease", "ttl_seconds", "expires"]
TABLES: dict[str, tuple[Any, list[str]]] = {
    "revision": (Revision, REVISION_FIELDS),
    "current": (CurrentKey, CURRENT_FIELDS),
    "lease": (Lease, LEASE_FIELDS),
}


def save(keyspace: str, path: Path) -> int:
    """Write a snapshot of the committed state; its revision."""
    with transaction.atomic(), path.open("wb") as file:
        row = Keyspace.objects.get(name=keyspace)
        header = {"format": FORMAT, "revision": row.revision, "compacted": row.compacted}
        file.write(orjson.dumps(header) + b"\n")
        for name, (model, fields) in TABLES.items():
            for values in model.objects.filter(keyspace=keyspace).values_list(*fields).iterator(1000):
                file.write(orjson.dumps([name, *map(_plain, values)]) + b"\n")
    return row.revision


def restore(path: Path, keyspace: str) -> int:
    """Fill an empty keyspace from a snapshot; its revision. ValueError when it is no snapshot or the keyspace is used."""
    with transaction.atomic(), path.open("rb") as file:
        try:
            header = orjson.loads(file.readline())
        except ValueError as error:
            raise ValueError(f"{path} is no snapshot") from error
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise ValueError(f"{path} is no snapshot of the format {FORMAT}")
        if Revision.objects.filter(keyspace=keyspace).exists():
            raise ValueError(f"keyspace {keyspace} is not empty")
        Keyspace.objects.update_or_create(
            name=keyspace, defaults={"revision": header["revision"], "compacted": header["compacted"]}
        )
        for name, values in _rows(file):
            model, fields = TABLES[name]
            columns = dict(zip(fields, values, strict=True))
            if columns.get("value") is not None:
                columns["value"] = base64.b64decode(str(columns["value"]))
            model.objects.create(keyspace=keyspace, **columns)
    return int(header["revision"])


def _rows(file: Iterator[bytes]) -> Iterator[tuple[str, list[object]]]:
    for line in file:
        name, *values = orjson.loads(line)
        yield name, values


def _plain(value: object) -> object:
    return base64.b64encode(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value
