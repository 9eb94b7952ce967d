"""What etcd shows of its inside: counters, leases and watchers. Keys and history are read by `inspect`.

Models: server/etcdserver/api/v3rpc/maintenance.go v3.6
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.etcd.server import Etcd


def of(etcd: Etcd) -> Pages:
    return {"/debug/store": lambda asked: store(etcd)}


def store(etcd: Etcd) -> dict[str, Any]:
    found = etcd.store
    return {
        **etcd.inspect(),
        "bytes": sum(len(kv.value) for kv in found.keys.values()),
        "history": found.writer.committed - found.compacted,
        "keepRevisions": etcd.keep_revisions,
    }
