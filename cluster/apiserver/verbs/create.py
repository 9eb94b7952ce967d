"""POST: a new object, or a request to one of an object's doors.

Models: apiserver/pkg/endpoints/handlers/create.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import names, status
from cluster.apiserver import decoding, negotiate, writing
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing
from cluster.apiserver.subresources import binding, eviction, reviews, token
from cluster.apiserver.verbs.get import CONVERSATIONS
from cluster.wire.message import Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

DOORS = {"binding": binding.create, "eviction": eviction.create, "token": token.create}
TRIES = 8


async def create(server: ApiServer, call: Call) -> Response:
    """201 with the object. A generated name that is taken is drawn again."""
    call.stage = "decode"
    if call.subresource in CONVERSATIONS:
        return await CONVERSATIONS[call.subresource](server, call, (await existing(server, call)).object)
    body = negotiate.body_of(call.request)
    if call.subresource:
        return await DOORS[call.subresource](server, call, negotiate.must_be_object(body))
    kind = call.resource
    obj = decoding.decode(call, body, kind)
    if kind.built_in == "Binding":
        return await binding.create_by_itself(server, call, obj)
    if not kind.stored:
        return reviews.answer(server, call, obj)
    metadata = obj["metadata"]
    if metadata.get("namespace") and kind.namespaced and metadata["namespace"] != call.namespace:
        raise status.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if metadata.get("name") or not metadata.get("generateName"):
        return await writing.make(server, call, obj)
    for left in range(TRIES, 0, -1):
        attempt = {
            **obj,
            "metadata": {**metadata, "name": names.generate(metadata["generateName"], server.clock.random)},
        }
        try:
            return await writing.make(server, call, attempt)
        except status.ApiError as error:
            if error.reason != "AlreadyExists" or left == 1:
                raise
    raise status.internal("no name could be generated")
