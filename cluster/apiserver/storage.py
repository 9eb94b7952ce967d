"""The API server's line to etcd: objects in, objects out.

Values are JSON, metadata early, without resourceVersion: that is the key's mod revision, put in when read
(`stored.StoredPayload`). Decoded objects that this
server wrote are remembered until etcd's watch brings their bytes back, so that they are not decoded again.
While etcd is not there a write waits, then fails as upstream words it.
Models: apiserver/pkg/storage/etcd3/store.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster.apimachinery import compact, status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.stored import unstamped
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request
from cluster.wire.stream import Stream

if TYPE_CHECKING:
    from cluster.wire.transport import Wire

PATIENCE_SECONDS = 7.0
TIMED_OUT = "etcdserver: request timed out"
WRITER = (component.APISERVER, "system:apiserver", 0)
"""Who writes what the API server writes by itself."""


class Storage:
    """etcd, as the API server uses it."""

    def __init__(self, wire: Wire) -> None:
        self.connection = wire.connect(component.APISERVER, component.ETCD)
        self.decoded: dict[int, tuple[bytes, Obj]] = {}
        self.written = 0

    async def create(self, key: str, obj: Obj, writer: tuple[str, str, int], lease: int = 0) -> int | None:
        """The revision of the creation, or None when the key exists."""
        return await self._put(key, obj, 0, writer, lease)

    async def update(
        self, key: str, obj: Obj, expected: int, writer: tuple[str, str, int], lease: int = 0
    ) -> int | None:
        """The revision of the update, or None when the key is no longer at the `expected` revision."""
        return await self._put(key, obj, expected, writer, lease)

    async def rewrite(self, key: str, obj: Obj, expected: int) -> int | None:
        """As `update`, by the API server itself and of an object as it was read: stamped with its revision."""
        return await self.update(key, unstamped(obj), expected, WRITER)

    async def delete(self, key: str, expected: int, writer: tuple[str, str, int]) -> int | None:
        """The revision of the deletion, or None when the key is no longer at the `expected` revision."""
        body = {
            "compare": [{"key": key, "target": "MOD", "result": "EQUAL", "modRevision": expected}],
            "success": [{"requestDeleteRange": {"key": key}}],
            "writer": writer,
        }
        answer = await self.send("Txn", key, body)
        return self._note(answer["header"]["revision"]) if answer["succeeded"] else None

    async def grant(self, ttl_seconds: int) -> int:
        """A lease whose keys go after `ttl_seconds`."""
        answer = await self.send("LeaseGrant", "/lease", {"TTL": ttl_seconds})
        return int(answer["ID"])

    async def watch(self, prefix: str, start_revision: int) -> Stream:
        """etcd's events of all keys with a prefix, from a revision on. Raises ApiError, ConnectionLost."""
        body = {"key": prefix, "rangeEnd": prefix[:-1] + "0", "startRevision": start_revision}
        response = await self.connection.send(Request("Watch", prefix, body=Payload(object=body)))
        if response.stream is None:
            raise status.expired(response.body.object.get("error", "watch refused"))
        return response.stream

    async def range(self, prefix: str, revision: int = 0) -> tuple[list[Any], int]:
        """(the key-values under a prefix, the revision they are of). ApiError 410 for a compacted revision."""
        body = {"key": prefix, "rangeEnd": prefix[:-1] + "0"}
        if revision:
            body["revision"] = revision  # type: ignore[assignment]  # a JSON body
        answer = await self.send("Range", prefix, body)
        return answer["kvs"], answer["header"]["revision"]

    async def send(self, verb: str, path: str, body: Obj) -> Obj:
        """etcd's answer. ApiError: 500 when it does not answer, 410 for a compacted revision."""
        request = Request(verb, path, body=Payload(object=body), patience_seconds=PATIENCE_SECONDS)
        try:
            response = await self.connection.send(request)
        except ConnectionLost as error:
            raise status.failure(500, "InternalError", TIMED_OUT) from error
        if response.status != 200:
            refused = response.body.object
            if refused.get("code") == 11:
                raise status.expired("The resourceVersion for the provided list is too old.")
            raise status.failure(500, "", refused.get("error", "etcdserver: unknown error"))
        return response.body.object  # type: ignore[no-any-return]  # etcd answers objects

    async def _put(self, key: str, obj: Obj, expected: int, writer: tuple[str, str, int], lease: int) -> int | None:
        obj = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "metadata": obj["metadata"], **obj}
        value = compact.dumps(obj)
        put: Obj = {"key": key, "value": value}
        if lease:
            put["lease"] = lease
        body = {
            "compare": [{"key": key, "target": "MOD", "result": "EQUAL", "modRevision": expected}],
            "success": [{"requestPut": put}],
            "writer": writer,
        }
        self.decoded[id(value)] = (value, obj)
        try:
            answer = await self.send("Txn", key, body)
        finally:
            self.decoded.pop(id(value), None)
        return self._note(answer["header"]["revision"]) if answer["succeeded"] else None

    def _note(self, revision: int) -> int:
        if revision > self.written:
            self.written = revision
        return revision
