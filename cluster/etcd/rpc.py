"""Reads the fields of an RPC's body: what is not claimed is refused by name, what is malformed says so.

Models: api/etcdserverpb/rpc.proto v3.6 (names as the gRPC gateway spells them).
"""

from __future__ import annotations

from typing import Any

from cluster.etcd.key_value import EMPTY_KEY, NOT_SUPPORTED, TOO_LARGE, UNIMPLEMENTED, Author, EtcdError

ITSELF: Author = ("etcd", "", 0)
END_OF_KEYS = "\U0010ffff"
LARGEST_VALUE_BYTES = 1536 * 1024

PUT_FIELDS = frozenset({"key", "value", "lease", "prevKv"})
RANGE_FIELDS = frozenset({"key", "rangeEnd", "revision", "limit", "countOnly", "keysOnly", "serializable"})
DELETE_FIELDS = frozenset({"key", "rangeEnd", "prevKv"})


def claim(body: dict[str, Any], claimed: frozenset[str], message: str) -> None:
    """Refuse, by name, a field that `message` does not support here. `writer` is KubeLearn's own and always allowed."""
    if body.keys() <= claimed:
        return
    unknown = body.keys() - claimed
    unknown.discard("writer")
    if unknown:
        raise EtcdError(f"{NOT_SUPPORTED}: {message}.{min(unknown)}", UNIMPLEMENTED)


def key_of(body: dict[str, Any]) -> str:
    key = body.get("key")
    if not key:
        raise EtcdError(EMPTY_KEY)
    if not isinstance(key, str):
        raise EtcdError("etcdserver: key is not text")
    return key


def end_of(body: dict[str, Any]) -> str:
    """The end of a range, exclusive; "" for a single key. etcd's "\\0" means every key from `key` on."""
    end = body.get("rangeEnd") or ""
    if not isinstance(end, str):
        raise EtcdError("etcdserver: rangeEnd is not text")
    return END_OF_KEYS if end == "\0" else end


def value_of(body: dict[str, Any]) -> bytes:
    value = body.get("value", b"")
    if type(value) is not bytes:
        raise EtcdError("etcdserver: value is not bytes")
    if len(value) > LARGEST_VALUE_BYTES:
        raise EtcdError(TOO_LARGE)
    return value


def number(body: dict[str, Any], field: str) -> int:
    """A non-negative integer field, 0 when absent."""
    value = body.get(field) or 0
    if type(value) is not int or value < 0:
        raise EtcdError(f"etcdserver: {field} is not a non-negative integer")
    return value


def author_of(body: dict[str, Any]) -> Author:
    """Who writes: the body's extra field `writer`, [component, user, hop]."""
    writer = body.get("writer")
    if writer is None:
        return ITSELF
    if not isinstance(writer, list | tuple) or len(writer) != 3 or type(writer[2]) is not int:
        raise EtcdError("etcdserver: writer is not [component, user, hop]")
    return writer if type(writer) is tuple else (writer[0], writer[1], writer[2])
