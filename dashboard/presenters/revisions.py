"""etcd's keys and revisions; the dashboard's only door to the store, read-only."""

from __future__ import annotations

from typing import Any

from cluster.etcd import inspect
from cluster.etcd.key_value import EtcdError

__all__ = ["EtcdError", "keys", "revisions", "value"]


def keys(slug: str, prefix: str, limit: int) -> list[dict[str, Any]]:
    return inspect.keys(slug, prefix, limit)


def revisions(slug: str, key: str, after: int, limit: int) -> list[dict[str, Any]]:
    return inspect.revisions(slug, key, after, limit)


def value(slug: str, key: str, revision: int) -> Any:
    """EtcdError when the revision is compacted or still to come."""
    return inspect.value(slug, key, revision)
