"""eviction: a polite deletion. Models: pkg/registry/core/pod/storage/eviction.go v1.37

Simplified: PodDisruptionBudgets come with their kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import answer, decoding, writing
from cluster.apiserver.call import Call
from cluster.apiserver.deletion import delete_item
from cluster.apiserver.reading import existing
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5


async def create(server: ApiServer, call: Call, body: Obj) -> Response:
    options = decoding.part(body, decoding.EVICTION).get("deleteOptions") or {}
    if options.get("dryRun"):
        call.query["dryRun"] = options["dryRun"][0]
    for _ in range(TRIES):
        item = await existing(server, call)
        try:
            await delete_item(server, call, item, options)
        except writing.Stale:
            continue
        success = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
        return answer.respond(call, Payload(object=success), 201)
    raise status.conflict("pods", call.name, status.MODIFIED)
