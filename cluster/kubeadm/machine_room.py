"""The machines of one cluster, kept over a clean stop of the program."""

from __future__ import annotations

import orjson
from django.db import transaction

from cluster.kubeadm import models
from cluster.runtime import files, machine
from cluster.runtime.files import Volume
from cluster.runtime.machine import Machine

SHARED = ""
"""Where a node's name stands: what no machine has alone, PersistentVolumes."""


class MachineRoom:
    """Machines by node name; `load` and `save` block."""

    def __init__(self, row: models.Cluster) -> None:
        self.row = row
        self.machines: dict[str, Machine] = {}
        self.unpullable: set[str] = set()
        self.shared: dict[str, Volume] = {}

    def of(self, node_name: str) -> Machine:
        found = self.machines.setdefault(node_name, Machine())
        found.unpullable, found.shared = self.unpullable, self.shared
        return found

    def power_off(self, node_name: str) -> None:
        if (found := self.machines.get(node_name)) is not None:
            found.power_off()

    def scrap(self, node_name: str) -> None:
        """The node is gone for good."""
        self.power_off(node_name)
        self.machines.pop(node_name, None)

    def halt(self) -> None:
        """End what runs on every machine: the program is about to end."""
        for each in self.machines.values():
            each.halt()

    def load(self) -> None:
        """Take up what the last clean stop left; it is forgotten there, so that a power cut later finds nothing."""
        if not self.row.pk:
            return
        with transaction.atomic():
            rows = list(models.Machine.objects.filter(cluster=self.row))
            models.Machine.objects.filter(cluster=self.row).delete()
        found = {row.node: orjson.loads(row.state) for row in rows}
        shared = found.pop(SHARED, {})
        self.shared.update({name: files.restored(each) for name, each in shared.items()})
        self.machines.update({node: machine.restored(each) for node, each in found.items()})

    def save(self) -> None:
        if not self.row.pk or not models.Cluster.objects.filter(pk=self.row.pk).exists():
            return
        rows = [
            models.Machine(cluster=self.row, node=node, state=orjson.dumps(each.saved()))
            for node, each in self.machines.items()
        ]
        shared = {name: each.saved() for name, each in self.shared.items()}
        rows.append(models.Machine(cluster=self.row, node=SHARED, state=orjson.dumps(shared)))
        with transaction.atomic():
            models.Machine.objects.filter(cluster=self.row).delete()
            models.Machine.objects.bulk_create(rows)
