"""Erases what a cluster kept: its keyspace, hops, decisions, keys and its row. Models: cmd/kubeadm/app/cmd/reset.go"""

from __future__ import annotations

import shutil

from cluster.etcd import table
from cluster.kubeadm import backup
from cluster.kubeadm.models import Cluster
from cluster.kubeadm.settings import Settings
from cluster.recorder import sink


def erase(row: Cluster, settings: Settings) -> None:
    """Blocking; the cluster must not run."""
    table.erase(row.slug)
    sink.forget(row.slug)
    shutil.rmtree(settings.data_dir / "pki" / row.slug, ignore_errors=True)
    shutil.rmtree(backup.folder(settings.data_dir, row.slug), ignore_errors=True)
    row.delete()
