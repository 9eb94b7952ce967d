"""Eviction: a request to delete a pod politely, POSTed to the pod's own door and never stored.

Models: pkg/registry/core/pod/storage/eviction.go v1.37
"""

from __future__ import annotations

from cluster.apis.registry import Subresource

DOOR = Subresource("eviction", ("create",), kind="Eviction", group="policy", version="v1")
