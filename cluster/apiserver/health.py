"""/healthz, /livez and /readyz, open to anyone: a list of checks, each of something that this server does.

Models: apiserver/pkg/server/healthz/healthz.go v1.37
Simplified: the checks of what this server has; upstream's names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.wire import component
from cluster.wire.message import REPEATED, ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

OPEN_PATHS = frozenset({"/healthz", "/livez", "/readyz"})
TEXT = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
MADE_AT_START = {
    "poststarthook/start-system-namespaces-controller": ("Namespace", "kube-system", ""),
    "poststarthook/rbac/bootstrap-roles": ("ClusterRole", "cluster-admin", ""),
    "poststarthook/scheduling/bootstrap-system-priority-classes": ("PriorityClass", "system-node-critical", ""),
    "poststarthook/bootstrap-controller": ("Service", "kubernetes", "default"),
}
"""What is there once the bootstrap is done, by the name of its check."""


async def answer(server: ApiServer, request: Request) -> Response:
    """200 "ok", or 500 with the checks and which failed; `?verbose` lists them all, `?exclude=etcd` leaves one out."""
    word = request.path.strip("/")
    left_out = {name: None for name in request.query.get("exclude", "").split(REPEATED) if name}
    found = await checks(server, word)
    lines = []
    for name, well in found.items():
        if name in left_out:
            lines.append(f"[+]{name} excluded: ok")
        else:
            lines.append(f"[+]{name} ok" if well else f"[-]{name} failed: reason withheld")
    unknown = [f'"{name}"' for name in left_out if name not in found]
    if unknown:
        lines.append(f"warn: some health checks cannot be excluded: no matches for {','.join(unknown)}")
    good = all(well for name, well in found.items() if name not in left_out)
    if good and "verbose" not in request.query:
        return Response(200, Payload(raw=b"ok"), dict(TEXT))
    lines.append(f"{word} check {'passed' if good else 'failed'}")
    return Response(200 if good else 500, Payload(raw=("\n".join(lines) + "\n").encode()), dict(TEXT))


async def checks(server: ApiServer, word: str) -> dict[str, bool]:
    """The checks of "healthz", "livez" or "readyz", and whether each succeeds."""
    answers = await _etcd_answers(server)
    found = {"ping": True, "log": True, "etcd": answers}
    if word == "readyz":
        found["etcd-readiness"] = answers
        found["informer-sync"] = server.ready
    found["poststarthook/start-apiextensions-controllers"] = server.custom.is_running
    found["poststarthook/crd-informer-synced"] = server.ready
    for name, (kind, object_name, namespace) in MADE_AT_START.items():
        found[name] = server.reader.get(kind, object_name, namespace) is not None
    if word == "readyz":
        found["shutdown"] = server.is_running
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
    return Response(200 if well else 500, Payload(raw=text), dict(TEXT))


async def _etcd_answers(server: ApiServer) -> bool:
    if not server.wire.serves(component.ETCD):
        return False
    try:
        response = await server.storage.connection.send(Request("Status", "/health"))
    except ConnectionLost:
        return False
    return response.status == 200
