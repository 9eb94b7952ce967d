"""Erases what a cluster kept: its row first, its keyspace last, so that an erasure cut off is finished at the next start.

Models: cmd/kubeadm/app/cmd/reset.go
"""

from __future__ import annotations

import shutil

from cluster.etcd import table
from cluster.etcd.models import Keyspace
from cluster.kubeadm import backup
from cluster.kubeadm.models import Cluster
from cluster.kubeadm.settings import Settings
from cluster.recorder import sink


def erase(slug: str, settings: Settings) -> None:
    """Blocking; the cluster must not run."""
    Cluster.objects.filter(slug=slug).delete()
    sink.forget(slug)
    shutil.rmtree(settings.data_dir / "pki" / slug, ignore_errors=True)
    shutil.rmtree(backup.folder(settings.data_dir, slug), ignore_errors=True)
    table.erase(slug)


def erase_leftovers(settings: Settings) -> list[str]:
    """Erase what has a keyspace and no row: clusters that a crash left half made or half erased. Blocking."""
    known = Cluster.objects.values_list("slug", flat=True)
    left = list(Keyspace.objects.exclude(name__in=list(known)).values_list("name", flat=True))
    for slug in left:
        erase(slug, settings)
    return left
