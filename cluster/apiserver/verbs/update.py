"""PUT: an object replaced as a whole. Models: apiserver/pkg/endpoints/handlers/update.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apiserver import decoding, negotiate, numbers, writing
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing
from cluster.apiserver.subresources import scale
from cluster.wire.message import Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5


async def update(server: ApiServer, call: Call) -> Response:
    """200 with the object. Without a resourceVersion the newest is replaced, whatever it is."""
    body = negotiate.must_be_object(negotiate.body_of(call.request))
    kind = call.resource
    for _ in range(TRIES):
        item = await existing(server, call)
        call.stage = "decode"
        if call.subresource == "scale":
            new = scale.applied(call, item.object, body)
        else:
            new = decoding.decode(call, body, kind, known=item.object)
        name = new["metadata"].get("name") or call.name
        if name != call.name:
            raise status.bad_request(
                f"the name of the object ({name}) does not match the name on the URL ({call.name})"
            )
        uid = new["metadata"].get("uid")
        if uid and uid != item.object["metadata"]["uid"]:
            raise status.conflict(
                kind.plural, call.name, writing.uid_mismatch(item.key, uid, item.object["metadata"]["uid"]), kind.group
            )
        version = new["metadata"].get("resourceVersion")
        numbers.resource_version(version or "")
        try:
            response = await writing.change(server, call, item, new)
        except writing.Stale:
            if version and version != "0":
                raise status.conflict(kind.plural, call.name, status.MODIFIED, kind.group) from None
            continue
        return scale.shown(call, response) if call.subresource == "scale" else response
    raise status.conflict(kind.plural, call.name, status.MODIFIED, kind.group)
