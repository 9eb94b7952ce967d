"""/healthz, /livez and /readyz, open to anyone; /readyz says no while etcd does not answer.

Models: apiserver/pkg/server/healthz/healthz.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

OPEN_PATHS = frozenset({"/healthz", "/livez", "/readyz"})


async def answer(server: ApiServer, request: Request) -> Response:
    """200 "ok", or 500 with the failed checks; `?verbose` lists them all."""
    checks = {"ping": True}
    if request.path == "/readyz":
        checks["etcd"] = await _etcd_answers(server)
        checks["informer-sync"] = server.ready
    good = all(checks.values())
    headers = {"content-type": "text/plain; charset=utf-8"}
    if good and "verbose" not in request.query:
        return Response(200, Payload(raw=b"ok"), headers)
    lines = [f"[+]{name} ok" if well else f"[-]{name} failed: reason withheld" for name, well in checks.items()]
    word = request.path.strip("/")
    lines.append(f"{word} check {'passed' if good else 'failed'}")
    return Response(200 if good else 500, Payload(raw=("\n".join(lines) + "\n").encode()), headers)


async def _etcd_answers(server: ApiServer) -> bool:
    if not server.wire.serves(component.ETCD):
        return False
    try:
        response = await server.storage.connection.send(Request("Status", "/health"))
    except ConnectionLost:
        return False
    return response.status == 200
