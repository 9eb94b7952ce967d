"""Transactions: compare, then one branch or the other, all at one revision.

What is claimed: compares of MOD, CREATE, VERSION and VALUE; requests Put, Range, DeleteRange. Anything else is refused
by name, never ignored. Models: server/etcdserver/txn/txn.go v3.6
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from cluster.etcd.key_value import NOT_SUPPORTED, EtcdError, KeyValue
from cluster.etcd.writer import Writer

RESULTS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": operator.eq,
    "NOT_EQUAL": operator.ne,
    "GREATER": operator.gt,
    "LESS": operator.lt,
}
TARGETS: dict[str, tuple[str, str]] = {
    "MOD": ("modRevision", "mod_revision"),
    "CREATE": ("createRevision", "create_revision"),
    "VERSION": ("version", "version"),
    "VALUE": ("value", "value"),
}


def holds(compare: dict[str, Any], kv: KeyValue | None) -> bool:
    """Does one comparison hold for a key, absent ones counting as revision, version 0?"""
    target = TARGETS.get(compare.get("target", "MOD"))
    result = RESULTS.get(compare.get("result", "EQUAL"))
    if target is None or result is None:
        raise EtcdError(f"{NOT_SUPPORTED}: compare {compare.get('target')} {compare.get('result')}", 12)
    field, attribute = target
    if kv is None and attribute == "value":
        return False
    return result(getattr(kv, attribute) if kv is not None else 0, compare.get(field, 0))


def txn(store: Writer, body: dict[str, Any]) -> dict[str, Any]:
    """Apply a Txn; durable when `store.durable()` is done."""
    keys = store.keys
    succeeded = all(holds(compare, keys.get(compare["key"])) for compare in body.get("compare", ()))
    branch = body.get("success" if succeeded else "failure") or ()
    writes = any("requestPut" in each or "requestDeleteRange" in each for each in branch)
    if writes:
        store.begin()
    responses = [_apply(store, each, body["writer"], sub) for sub, each in enumerate(branch)]
    return {"header": {"revision": store.revision}, "succeeded": succeeded, "responses": responses}


def _apply(store: Writer, request: dict[str, Any], writer: Sequence[Any], sub: int) -> dict[str, Any]:
    if put := request.get("requestPut"):
        kv = store.put(put["key"], put["value"], put.get("lease", 0), writer, sub)
        return {"responsePut": {"kv": kv}}
    if delete := request.get("requestDeleteRange"):
        previous = store.delete(delete["key"], writer, sub)
        return {
            "responseDeleteRange": {"deleted": int(previous is not None), "prevKvs": [previous] if previous else []}
        }
    if wanted := request.get("requestRange"):
        found = store.keys.get(wanted["key"])
        return {"responseRange": {"kvs": [found] if found else [], "count": int(found is not None)}}
    raise EtcdError(f"{NOT_SUPPORTED}: {', '.join(request) or 'an empty request'} in a txn", 12)
