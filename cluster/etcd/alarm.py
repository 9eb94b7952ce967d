"""Alarm: a store that says it is full (NOSPACE) takes no puts and no leases until the alarm is disarmed; reads, deletions
and compactions go on.

Models: server/etcdserver/api/v3alarm/alarms.go and server/etcdserver/apply/apply.go (applierV3Capped) v3.6
Simplified: the backend has no quota, so it is armed by request only; alarms are kept by whoever arms them.
"""

from __future__ import annotations

from typing import Any

from cluster.etcd import rpc
from cluster.etcd.key_value import EtcdError
from cluster.etcd.store import Store
from cluster.wire.message import Response

NOSPACE = "NOSPACE"
NO_SPACE = "etcdserver: mvcc: database space exceeded"
RESOURCE_EXHAUSTED = 8
GET, ACTIVATE, DEACTIVATE = "GET", "ACTIVATE", "DEACTIVATE"
FIELDS = frozenset({"action", "memberID", "alarm"})
CAPPED = ("Put", "Txn", "LeaseGrant")


async def alarm(store: Store, body: dict[str, Any]) -> Response:
    """List the alarms, arm one, or disarm it."""
    rpc.claim(body, FIELDS, "AlarmRequest")
    action, which = body.get("action") or GET, body.get("alarm") or "NONE"
    if action not in (GET, ACTIVATE, DEACTIVATE) or which not in ("NONE", NOSPACE):
        raise EtcdError(f"etcdserver: not supported: Alarm {action} {which}", 12)
    if action == ACTIVATE and which == NOSPACE:
        store.alarms.add(NOSPACE)
    elif action == DEACTIVATE:
        store.alarms.discard(NOSPACE)
    return store.answer({"alarms": [{"memberID": "1", "alarm": each} for each in sorted(store.alarms)]})


def check(store: Store, verb: str, body: dict[str, Any]) -> None:
    """Refuse what would take space while there is none."""
    if NOSPACE in store.alarms and verb in CAPPED and (verb != "Txn" or _puts(body)):
        raise EtcdError(NO_SPACE, RESOURCE_EXHAUSTED)


def _puts(body: dict[str, Any]) -> bool:
    branches = (body.get("success") or (), body.get("failure") or ())
    return any("requestPut" in each for branch in branches for each in branch)
