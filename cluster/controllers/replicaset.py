"""The replicaset loop. Models: pkg/controller/replicaset/replica_set.go v1.37; the work is `replica_sync`."""

from __future__ import annotations

from cluster.controllers.replica_sync import ReplicaSync


class ReplicaSetLoop(ReplicaSync):
    """Keeps ReplicaSets at their count."""

    name = "replicaset"
    source = "replicaset-controller"
    kind = "ReplicaSet"
    api_version = "apps/v1"
