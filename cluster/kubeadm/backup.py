"""Snapshots of a cluster's etcd as files of the data folder, and a cluster put back to one.

A restore stops the API server and etcd, replaces the keyspace in one transaction, and starts both again. As with
`etcdutl snapshot restore --bump-revision --mark-compacted` revisions go on above every one that a client may know, and
older ones are compacted: every watch ends as "too old" and its client lists anew, none goes on with a stale view.
Models: etcdutl/snapshot/v3_snapshot.go v3.6
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from cluster.etcd import snapshot, table
from cluster.etcd.models import Keyspace
from cluster.wire import component

if TYPE_CHECKING:
    from cluster.kubeadm.running import RunningCluster

NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?")
SUFFIX = ".snapshot"
BUMP = 2
RESTARTED = (component.APISERVER, component.ETCD)


def folder(data_dir: Path, slug: str) -> Path:
    return data_dir / "snapshots" / slug


def listed(data_dir: Path, slug: str) -> list[dict[str, Any]]:
    """The snapshots of a cluster, by name."""
    found = sorted(folder(data_dir, slug).glob(f"*{SUFFIX}"))
    return [{"name": path.name.removesuffix(SUFFIX), "size_bytes": path.stat().st_size} for path in found]


def path_of(data_dir: Path, slug: str, name: str) -> Path:
    """The file of a snapshot, whether it is there or not. ValueError for what can not be a name."""
    if not NAME.fullmatch(name):
        raise ValueError("a snapshot's name is made of lower-case letters, digits, '-' and '.', 63 at most")
    return folder(data_dir, slug) / f"{name}{SUFFIX}"


def save(data_dir: Path, slug: str, name: str) -> dict[str, Any]:
    """Write a snapshot while the cluster goes on. Blocking. ValueError; FileExistsError when there is one so named."""
    path = path_of(data_dir, slug, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        raise FileExistsError(f'snapshot "{name}" already exists')
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        revision = snapshot.save(slug, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return {"name": name, "revision": revision, "size_bytes": path.stat().st_size}


async def restore(cluster: RunningCluster, name: str) -> int:
    """Put a cluster back to a snapshot; its new revision. ValueError when the file is no whole snapshot, and then
    nothing has changed; FileNotFoundError when there is none so named."""
    path = path_of(cluster.settings.data_dir, cluster.slug, name)
    if not path.exists():
        raise FileNotFoundError(f'snapshot "{name}" not found')
    running = [each for each in RESTARTED if cluster.supervisor.is_running(each)]
    for component_id in running:
        await cluster.supervisor.stop(component_id)
    try:
        return await asyncio.to_thread(_replace, cluster.slug, path)
    finally:
        for component_id in reversed(running):
            await cluster.supervisor.start(component_id)


def _replace(slug: str, path: Path) -> int:
    with path.open("rb") as file, transaction.atomic():
        known = Keyspace.objects.get(name=slug).revision
        table.erase(slug)
        revision = max(known, snapshot.restore(file, slug)) + BUMP
        Keyspace.objects.filter(name=slug).update(revision=revision, compacted=revision)
    return revision
