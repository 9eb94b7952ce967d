"""Txn: compare, then one branch or the other, all at one revision.

Recognise → check everything → compare → do. Compares of MOD, CREATE, VERSION and VALUE of one key; requests Put, Range,
DeleteRange. Anything else is refused by name before anything is done, never ignored.
Models: server/etcdserver/txn/txn.go and api/v3rpc/key.go (checkTxnRequest) v3.6
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from cluster.etcd import delete, put, rpc
from cluster.etcd.key_value import (
    DUPLICATE_KEY,
    NOT_SUPPORTED,
    TOO_MANY_OPERATIONS,
    UNIMPLEMENTED,
    EtcdError,
    KeyValue,
)
from cluster.etcd.range import shaped
from cluster.etcd.store import Store, Write
from cluster.wire.message import Response

MOST_OPERATIONS = 128
FIELDS = frozenset({"compare", "success", "failure", "writer"})
RANGE_FIELDS = rpc.RANGE_FIELDS - {"revision"}
RESULTS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": operator.eq,
    "NOT_EQUAL": operator.ne,
    "GREATER": operator.gt,
    "LESS": operator.lt,
}
TARGETS: dict[str, tuple[str, str, frozenset[str]]] = {
    target: (field, attribute, frozenset({"key", "target", "result", field}))
    for target, field, attribute in (
        ("MOD", "modRevision", "mod_revision"),
        ("CREATE", "createRevision", "create_revision"),
        ("VERSION", "version", "version"),
        ("VALUE", "value", "value"),
    )
}


async def txn(store: Store, body: dict[str, Any]) -> Response:
    """Answers `succeeded` and the `responses` of the branch taken."""
    rpc.claim(body, FIELDS, "TxnRequest")
    compares = body.get("compare") or ()
    success, failure = body.get("success") or (), body.get("failure") or ()
    for compare in compares:
        _check_compare(compare)
    _check_branch(store, success)
    if failure:
        _check_branch(store, failure)
    keys = store.keys
    succeeded = all(holds(compare, keys.get(compare["key"])) for compare in compares)
    write = store.write(rpc.author_of(body))
    responses = [_apply(write, request) for request in (success if succeeded else failure)]
    revision = write.revision or store.writer.revision
    await store.writer.durable()
    return store.answer({"succeeded": succeeded, "responses": responses}, revision)


def holds(compare: dict[str, Any], kv: KeyValue | None) -> bool:
    """Does one comparison hold for a key? An absent key has revision and version 0, and no value equals its."""
    field, attribute, _ = TARGETS[compare.get("target") or "MOD"]
    if kv is None and attribute == "value":
        return False
    found = getattr(kv, attribute) if kv is not None else 0
    return RESULTS[compare.get("result") or "EQUAL"](found, compare.get(field, b"" if attribute == "value" else 0))


def _check_compare(compare: dict[str, Any]) -> None:
    target, result = compare.get("target") or "MOD", compare.get("result") or "EQUAL"
    if target not in TARGETS or result not in RESULTS:
        raise EtcdError(f"{NOT_SUPPORTED}: Compare {target} {result}", UNIMPLEMENTED)
    field, attribute, claimed = TARGETS[target]
    rpc.claim(compare, claimed, "Compare")
    rpc.key_of(compare)
    if attribute == "value":
        rpc.value_of(compare)
    else:
        rpc.number(compare, field)


def _check_branch(store: Store, branch: Sequence[dict[str, Any]]) -> None:
    if len(branch) > MOST_OPERATIONS:
        raise EtcdError(TOO_MANY_OPERATIONS)
    for request in branch:
        name, inner = _only(request)
        if name == "requestPut":
            put.check(store, inner)
        elif name == "requestDeleteRange":
            delete.check(inner)
        elif name == "requestRange":
            rpc.claim(inner, RANGE_FIELDS, "RangeRequest in a Txn")
            rpc.key_of(inner)
            rpc.end_of(inner)
            rpc.number(inner, "limit")
        else:
            raise EtcdError(f"{NOT_SUPPORTED}: {name} in a Txn", UNIMPLEMENTED)
    if len(branch) > 1:
        _check_overlaps(branch)


def _check_overlaps(branch: Sequence[dict[str, Any]]) -> None:
    """A key may be changed once in a revision."""
    puts = [request["requestPut"]["key"] for request in branch if "requestPut" in request]
    doomed = [request["requestDeleteRange"] for request in branch if "requestDeleteRange" in request]
    ranges = [(body["key"], rpc.end_of(body)) for body in doomed]
    if len(set(puts)) < len(puts) or any(_within(key, *span) for key in puts for span in ranges):
        raise EtcdError(DUPLICATE_KEY)


def _within(key: str, start: str, end: str) -> bool:
    return start <= key < end if end else key == start


def _only(request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The one request that a RequestOp holds."""
    if len(request) != 1:
        raise EtcdError(f"{NOT_SUPPORTED}: a RequestOp of {len(request)} requests", UNIMPLEMENTED)
    [(name, inner)] = request.items()
    return name, inner


def _apply(write: Write, request: dict[str, Any]) -> dict[str, Any]:
    name, inner = _only(request)
    if name == "requestPut":
        return {"responsePut": put.apply(write, inner)}
    if name == "requestDeleteRange":
        return {"responseDeleteRange": delete.apply(write, inner)}
    return {"responseRange": shaped(inner, write.store.find(inner["key"], rpc.end_of(inner)))}
