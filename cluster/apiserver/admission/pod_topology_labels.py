"""PodTopologyLabels: a pod that gets a node gets the labels of the node's zone and region.

Models: plugin/pkg/admission/podtopologylabels/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj, labels_of
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

KEYS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.kind != "Pod" or request.operation != CREATE or request.subresource not in ("", "binding"):
        return
    node_name = _node_name(request.obj)
    node = server.reader.get("Node", node_name) if node_name else None
    if node is None:
        return
    found = labels_of(node)
    wanted = {key: found[key] for key in KEYS if key in found}
    if wanted:
        request.obj["metadata"]["labels"] = {**labels_of(request.obj), **wanted}


def _node_name(obj: Obj) -> str:
    """Of a pod that was given its node at once, or of a Binding."""
    return str((obj.get("spec") or {}).get("nodeName") or (obj.get("target") or {}).get("name") or "")
