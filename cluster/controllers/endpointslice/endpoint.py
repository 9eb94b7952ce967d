"""What stands in a slice; pure. Models: staging/src/k8s.io/endpointslice/utils.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers import pods as pod_facts

SERVICE_NAME, MANAGED_BY = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
OURS = "endpointslice-controller.k8s.io"
HEADLESS = "service.kubernetes.io/headless"
ZONE = "topology.kubernetes.io/zone"


def slice_for(service: Obj, ports: list[Obj], endpoints: list[Obj]) -> Obj:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta.name_of(service)}-",
            "labels": labels_for(service),
            "ownerReferences": [meta.controller_reference(service)],
        },
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": ports,
    }


def labels_for(service: Obj) -> dict[str, str]:
    """Models: setEndpointSliceLabels"""
    marks = {SERVICE_NAME: meta.name_of(service), MANAGED_BY: OURS}
    if service["spec"].get("clusterIP") == "None":
        marks[HEADLESS] = ""
    return {**meta.labels_of(service), **marks}


def endpoint_for(service: Obj, pod: Obj, node: Obj | None = None) -> Obj:
    """Models: podToEndpoint"""
    going = meta.is_being_deleted(pod)
    serving = pod_facts.is_ready(pod)
    ready = (serving and not going) or bool(service["spec"].get("publishNotReadyAddresses"))
    found: Obj = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": serving, "terminating": going},
        "targetRef": {
            "kind": "Pod",
            "name": meta.name_of(pod),
            "namespace": meta.namespace_of(pod),
            "uid": meta.uid_of(pod),
        },
    }
    if pod["spec"].get("nodeName"):
        found["nodeName"] = pod["spec"]["nodeName"]
    if zone := meta.labels_of(node).get(ZONE) if node else None:
        found["zone"] = zone
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == meta.name_of(service):
        found["hostname"] = pod["spec"]["hostname"]
    return found
