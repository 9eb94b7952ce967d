"""ComponentStatus: each part of the control plane is asked for its health, now.

Models: pkg/registry/core/componentstatus/{rest,validator}.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import answer
from cluster.apiserver.call import Call
from cluster.apiserver.reading import selection_of
from cluster.apiserver.watch_cache import Item
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

KIND = "ComponentStatus"
ASKED = {
    "controller-manager": (component.CONTROLLER_MANAGER, "https://127.0.0.1:10257/healthz"),
    "scheduler": (component.SCHEDULER, "https://127.0.0.1:10259/healthz"),
    "etcd-0": (component.ETCD, "https://127.0.0.1:2379/health"),
}


async def get(server: ApiServer, call: Call) -> Response:
    """One component's health. ApiError 404 for a component that nobody knows."""
    if call.name not in ASKED:
        raise status.not_found(call.resource.plural, call.name)
    return answer.one(call, Payload(object=await _asked(server, call.name)), server.clock.now())


async def list_(server: ApiServer, call: Call) -> Response:
    selection = selection_of(call)
    found = [await _asked(server, name) for name in ASKED]
    items = [Item(each["metadata"]["name"], Payload(object=each), 0, 0) for each in found if selection.matches(each)]
    return answer.many(call, items, {}, server.clock.now(), 0)


async def _asked(server: ApiServer, name: str) -> Obj:
    target, url = ASKED[name]
    condition = {"type": "Healthy", "status": "True", "message": "ok"}
    request = Request("Status", "/health") if target == component.ETCD else Request("GET", "/healthz")
    try:
        if not server.wire.serves(target):
            raise ConnectionLost(target)
        response = await server.wire.call(component.APISERVER, target, request)
        well = response.status == 200
    except ConnectionLost:
        well = False
    if not well:
        host = url.removeprefix("https://").partition("/")[0]
        text = f'Get "{url}": dial tcp {host}: connect: connection refused'
        condition |= {"status": "False", "message": text}
    metadata: Obj = {"name": name, "creationTimestamp": None}
    return {"apiVersion": "v1", "kind": KIND, "metadata": metadata, "conditions": [condition]}
