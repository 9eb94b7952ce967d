"""Paths that are no resource: discovery, OpenAPI, version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apiserver import health, issuer, metrics
from cluster.apiserver.call import Call
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def serve(server: ApiServer, call: Call) -> Response:
    """The answer for a path outside the resources; 404 as upstream words it."""
    if call.request.verb not in ("GET", "HEAD"):
        raise status.method_not_allowed("", call.request.verb)
    path, accept = call.path.rstrip("/") or "/", call.request.headers.get("accept", "")
    if path.startswith("/openapi/"):
        found = server.openapi.answer(path, call.request)
    else:
        found = server.discovery.answer(path, accept)
        found = found or issuer.answer(server.config, path)
        found = found or await metrics.answer(server, path, accept) or await health.one(server, path)
    if found is None:
        raise status.unknown_path()
    return found


def plain(obj: object, media_type: str = "application/json") -> Response:
    return Response(200, Payload(object=obj), {"content-type": media_type})
