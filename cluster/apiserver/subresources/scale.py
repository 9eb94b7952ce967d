"""scale: the number of replicas, alone. Models: pkg/registry/apps/deployment/storage/storage.go ScaleREST v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apis.autoscaling import scale
from cluster.apis.registry import ScaleFields
from cluster.apiserver import decoding
from cluster.apiserver.call import Call
from cluster.apiserver.stored import unstamped
from cluster.wire.message import Payload, Response


def _fields(call: Call) -> ScaleFields:
    door = call.door
    if door is None or door.scale is None:
        raise status.unknown_path()
    return door.scale


def scale_of(call: Call, obj: Obj) -> Obj:
    """The autoscaling/v1 Scale of an object."""
    return scale.read(obj, _fields(call))


def payload(call: Call, obj: Obj) -> Payload:
    return Payload(object=scale_of(call, obj))


def applied(call: Call, obj: Obj, body: Any) -> Obj:
    """A copy of the object with the Scale's replicas. ApiError 400, 422."""
    wanted = decoding.part(body, decoding.SCALE)
    name = obj["metadata"]["name"]
    if faults := scale.validate(wanted):
        raise status.invalid("Scale", name, faults, "autoscaling")
    changed = unstamped(scale.write(obj, wanted, _fields(call)))
    if version := (wanted.get("metadata") or {}).get("resourceVersion"):
        changed["metadata"]["resourceVersion"] = version
    return changed


def shown(call: Call, response: Response) -> Response:
    """The answer to a write through this door is the Scale."""
    response.body = payload(call, response.body.object)
    return response
