"""The kubelet's end of CRI: one call a verb, over the wire. Models: staging/src/k8s.io/cri-client/pkg/remote_runtime.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.wire.conversation import Conversation
from cluster.wire.message import Payload, Request
from cluster.wire.stream import Stream
from cluster.wire.transport import Connection

SERVICE = "/runtime.v1.RuntimeService/"


class RuntimeRefused(Exception):
    """The runtime answered with an error: gRPC's code word and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RuntimeService:
    """Calls one node's runtime. Raises RuntimeRefused, and ConnectionLost when it is stopped."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def call(self, verb: str, body: Obj | None = None) -> Any:
        response = await self._connection.send(Request(verb, SERVICE + verb, body=Payload(object=body or {})))
        if response.status != 200:
            found = response.body.object
            raise RuntimeRefused(found.get("code", "Unknown"), found["error"])
        return response.body.object

    async def stream(self, verb: str, body: Obj | None = None) -> Stream:
        response = await self._connection.send(Request(verb, SERVICE + verb, body=Payload(object=body or {})))
        if response.stream is None:
            found = response.body.object or {}
            raise RuntimeRefused(found.get("code", "Unknown"), found.get("error", f"{verb} answered no stream"))
        return response.stream

    async def converse(self, verb: str, body: Obj) -> Conversation:
        """A request that goes on as a conversation."""
        response = await self._connection.send(Request(verb, SERVICE + verb, body=Payload(object=body)))
        if not isinstance(response, Conversation):
            found = response.body.object or {}
            raise RuntimeRefused(found.get("code", "Unknown"), found.get("error", f"{verb} answered no conversation"))
        return response
