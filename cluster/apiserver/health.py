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
    found = await checks(server, request.path.strip("/"))
    good = all(found.values())
    headers = {"content-type": "text/plain; charset=utf-8"}
    if good and "verbose" not in request.query:
        return Response(200, Payload(raw=b"ok"), headers)
    lines = [f"[+]{name} ok" if well else f"[-]{name} failed: reason withheld" for name, well in found.items()]
    word = request.path.strip("/")
    lines.append(f"{word} check {'passed' if good else 'failed'}")
    return Response(200 if good else 500, Payload(raw=("\n".join(lines) + "\n").encode()), headers)


async def checks(server: ApiServer, word: str) -> dict[str, bool]:
    """The checks of "healthz", "livez" or "readyz", and whether each succeeds."""
    found = {"ping": True}
    if word == "readyz":
        found["etcd"] = await _etcd_answers(server)
        found["informer-sync"] = server.ready
    return found


async def one(server: ApiServer, path: str) -> Response | None:
    """The response for a single check, "/readyz/etcd"; None for any other path."""
    word, slash, name = path.strip("/").partition("/")
    if f"/{word}" not in OPEN_PATHS or not slash:
        return None
    well = (await checks(server, word)).get(name)
    if well is None:
        return None
    text = b"ok" if well else b"internal server error: reason withheld"
    return Response(200 if well else 500, Payload(raw=text), {"content-type": "text/plain; charset=utf-8"})


async def _etcd_answers(server: ApiServer) -> bool:
    if not server.wire.serves(component.ETCD):
        return False
    try:
        response = await server.storage.connection.send(Request("Status", "/health"))
    except ConnectionLost:
        return False
    return response.status == 200
