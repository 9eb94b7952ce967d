"""etcd's keys and revisions; the dashboard's only door to the store, read-only."""

from __future__ import annotations

from typing import Any

from cluster.etcd import inspect
from cluster.etcd.key_value import EtcdError

__all__ = [
    "EtcdError",
    "at",
    "before_and_after",
    "counters",
    "folder",
    "history",
    "holding",
    "keys",
    "keys_with",
    "revisions",
    "time_of",
    "value",
    "values_at",
    "written",
]


def counters(slug: str) -> dict[str, int]:
    """{"revision", "compacted"}"""
    return inspect.keyspace(slug)


def keys(slug: str, prefix: str, limit: int, after: str = "") -> list[dict[str, Any]]:
    return inspect.keys(slug, prefix, limit, after)


def revisions(slug: str, key: str, after: int, limit: int, before: int = 0) -> list[dict[str, Any]]:
    return inspect.revisions(slug, key, after, limit, before)


def value(slug: str, key: str, revision: int) -> Any:
    """EtcdError when the revision is compacted or still to come."""
    return inspect.value(slug, key, revision)


def written(slug: str, revision: int) -> list[dict[str, Any]]:
    return inspect.written(slug, revision)


def before_and_after(slug: str, key: str, revision: int) -> tuple[Any, Any]:
    """A key just before a revision, and at it. EtcdError when that is no longer readable."""
    return inspect.value(slug, key, revision - 1) if revision > 1 else None, inspect.value(slug, key, revision)


def folder(slug: str, prefix: str) -> list[dict[str, Any]]:
    return inspect.folder(slug, prefix)


def holding(slug: str, prefix: str, text: str) -> list[Any]:
    return inspect.holding(slug, prefix, text)


def keys_with(slug: str, text: str, leaving_out: tuple[str, ...], limit: int) -> list[str]:
    return inspect.keys_with(slug, text, leaving_out, limit)


def history(slug: str, key: str, limit: int) -> list[tuple[dict[str, Any], Any]]:
    return inspect.history(slug, key, limit)


def at(slug: str, prefix: str, revision: int) -> list[tuple[int, Any]]:
    """EtcdError when the revision is compacted or still to come."""
    return inspect.at(slug, prefix, revision)


def values_at(slug: str, prefix: str, revision: int) -> dict[str, tuple[int, Any]]:
    """(the revision that wrote it, the value) by key. EtcdError when the revision is compacted or still to come."""
    return inspect.values_at(slug, prefix, revision)


def time_of(slug: str, revision: int) -> float:
    return inspect.time_of(slug, revision)
