"""A REST client of the API server, as components and tools use it.

Objects that come back are shared and read-only. Every refusal raises `ApiError` with the server's Status; a lost
connection raises `ConnectionLost`. The story goes on in `cluster.apiserver.pipeline`, at the other end of the wire.

Models: client-go/rest/request.go and kubernetes/typed v1.37.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError, failure
from cluster.apis.registry import Kind, Registry
from cluster.wire.conversation import Talk
from cluster.wire.message import NOTHING, ConnectionLost, Payload, Request, Response
from cluster.wire.stream import Stream
from cluster.wire.transport import Connection

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a client proves who it is: a client certificate (DER) or a bearer token."""

    certificate: bytes | None = None
    token: str = ""
    user_agent: str = ""

    def headers(self) -> dict[str, str]:
        headers = {"accept": "application/json"}
        if self.user_agent:
            headers["user-agent"] = self.user_agent
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        return headers


@dataclass(slots=True)
class ObjectList:
    """What a list answered: shared objects, and the resource version to watch from."""

    items: list[Obj] = field(default_factory=list)
    resource_version: str = ""
    continue_token: str = ""


class Client:
    """Talks to one API server over one connection, as one identity."""

    def __init__(self, connection: Connection, registry: Registry, credentials: Credentials) -> None:
        self.connection = connection
        self.registry = registry
        self.credentials = credentials
        self._headers = credentials.headers()

    # --- reading ---------------------------------------------------------------------------------------------------

    async def get(self, kind: str, name: str, namespace: str = "", subresource: str = "") -> Obj:
        response = await self.request("GET", self._path(kind, namespace, name, subresource))
        return response.body.object  # type: ignore[no-any-return]  # a 200 GET answers an object

    async def list(self, kind: str, namespace: str = "", **query: str) -> ObjectList:
        """`query` holds labelSelector, fieldSelector, limit, continue, resourceVersion as the API names them."""
        response = await self.request("GET", self._path(kind, namespace), query=query)
        body = response.body.object
        metadata = body["metadata"]
        return ObjectList(body.get("items") or [], metadata.get("resourceVersion", ""), metadata.get("continue", ""))

    async def watch(self, kind: str, namespace: str = "", **query: str) -> Stream:
        """A stream of `WatchEvent`s from `resourceVersion`; the caller closes it."""
        response = await self.request("GET", self._path(kind, namespace), query={**query, "watch": "true"})
        if response.stream is None:
            raise ConnectionLost("the answer to a watch was no stream")
        return response.stream

    # --- writing ---------------------------------------------------------------------------------------------------

    async def create(self, kind: str, obj: Obj, namespace: str = "", *, subresource: str = "", name: str = "") -> Obj:
        namespace = namespace or obj.get("metadata", {}).get("namespace", "")
        path = self._path(kind, namespace, name, subresource)
        response = await self.request("POST", path, body=Payload(object=obj))
        return response.body.object  # type: ignore[no-any-return]  # a 201 answers an object

    async def update(self, kind: str, obj: Obj, subresource: str = "") -> Obj:
        metadata = obj["metadata"]
        path = self._path(kind, metadata.get("namespace", ""), metadata["name"], subresource)
        response = await self.request("PUT", path, body=Payload(object=obj))
        return response.body.object  # type: ignore[no-any-return]  # a 200 PUT answers an object

    async def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        namespace: str = "",
        *,
        content_type: str = STRATEGIC_MERGE_PATCH,
        subresource: str = "",
    ) -> Obj:
        path = self._path(kind, namespace, name, subresource)
        headers = {"content-type": content_type}
        response = await self.request("PATCH", path, body=Payload(object=patch), headers=headers)
        return response.body.object  # type: ignore[no-any-return]  # a 200 PATCH answers an object

    async def delete(self, kind: str, name: str, namespace: str = "", options: Obj | None = None) -> Obj:
        """The Status or the object that the deletion answered. `options` is a DeleteOptions object."""
        body = Payload(object=options) if options else NOTHING
        response = await self.request("DELETE", self._path(kind, namespace, name), body=body)
        return response.body.object  # type: ignore[no-any-return]  # a DELETE answers an object or a Status

    # --- the road --------------------------------------------------------------------------------------------------

    async def request(
        self,
        verb: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: Payload = NOTHING,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Send a request of any path. Raises ApiError for a status of 400 and more, ConnectionLost when unanswered."""
        request = Request(
            verb,
            path,
            query or {},
            {**self._headers, **headers} if headers else self._headers,
            body,
            self.credentials.certificate,
        )
        response = await self.connection.send(request)
        if response.status >= 400:
            raise _refusal(response)
        return response

    async def converse(
        self, path: str, query: dict[str, str], protocols: tuple[str, ...], headers: dict[str, str] | None = None
    ) -> Talk:
        """A request that goes on as a conversation. Raises ApiError for a refusal, ConnectionLost when unanswered."""
        sent = {**self._headers, **(headers or {})}
        found = await self.connection.converse(
            Request("GET", path, query, sent, certificate=self.credentials.certificate), protocols
        )
        if isinstance(found, Response):
            raise _refusal(found)
        return found

    async def note(self, name: str, path: str, body: Any) -> None:
        """Record, as a hop of this component to itself, what it just took up or decided."""
        await self.connection.note(name, path, body)

    def _path(self, kind: str, namespace: str = "", name: str = "", subresource: str = "") -> str:
        return self._kind(kind).path(namespace, name, subresource)

    def _kind(self, kind: str) -> Kind:
        return self.registry.kind(kind)


def _refusal(response: Response) -> ApiError:
    try:
        status = response.body.object
    except ValueError:
        status = None
    if isinstance(status, dict) and status.get("kind") == "Status":
        return ApiError(status)
    return failure(response.status, "Unknown", response.body.raw.decode("utf-8", "replace")[:1024])
