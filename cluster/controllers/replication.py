"""The replication loop: ReplicationControllers. Models: pkg/controller/replication/replication_controller.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.controllers.replica_sync import ReplicaSync


class ReplicationLoop(ReplicaSync):
    """Keeps ReplicationControllers at their count."""

    name = "replication"
    source = "replication-controller"
    kind = "ReplicationController"
    api_version = "v1"

    def selector(self, owner: Obj) -> labels.Selector:
        return labels.from_match_labels(owner["spec"].get("selector") or {})
