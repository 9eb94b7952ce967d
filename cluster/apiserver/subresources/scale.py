"""scale: the number of replicas, alone. Models: pkg/registry/apps/deployment/storage/storage.go ScaleREST v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels, status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import decoding
from cluster.wire.message import Payload, Response


def scale_of(obj: Obj) -> Obj:
    """The autoscaling/v1 Scale of an object."""
    metadata = obj["metadata"]
    selector = obj["spec"].get("selector")
    if obj["kind"] == "ReplicationController":
        text = str(labels.from_match_labels(selector or {}))
    else:
        text = str(labels.from_label_selector(selector))
    kept = {
        name: metadata[name]
        for name in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        if name in metadata
    }
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": kept,
        "spec": {"replicas": obj["spec"].get("replicas", 0)},
        "status": {"replicas": (obj.get("status") or {}).get("replicas", 0), "selector": text},
    }


def payload(obj: Obj) -> Payload:
    return Payload(object=scale_of(obj))


def applied(obj: Obj, scale: Any) -> Obj:
    """A copy of the object with the Scale's replicas. ApiError 400, 422."""
    wanted = decoding.part(scale, decoding.SCALE)
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    name = obj["metadata"]["name"]
    if replicas < 0:
        message = f"Invalid value: {replicas}: must be greater than or equal to 0"
        raise status.invalid(
            "Scale", name, [status.FieldError("FieldValueInvalid", "spec.replicas", message)], "autoscaling"
        )
    version = (wanted.get("metadata") or {}).get("resourceVersion") or ""
    metadata = {**obj["metadata"], "resourceVersion": version}
    if not version:
        del metadata["resourceVersion"]
    return {**obj, "metadata": metadata, "spec": {**obj["spec"], "replicas": replicas}}


def shown(response: Response) -> Response:
    """The answer to a write through this door is the Scale."""
    response.body = payload(response.body.object)
    return response
