"""What every cluster has from its first moment: namespaces, default roles, priority classes, the kubernetes Service.

Models: pkg/controlplane/{instance.go,controller/*} and pkg/registry/{rbac,scheduling}/rest/storage_*.go v1.37
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.apiserver.aggregation import local
from cluster.apiserver.authz import bootstrap_policy
from cluster.apiserver.storage import WRITER
from cluster.clock import rfc3339

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer
    from cluster.apiserver.watch_cache import Item

NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
CRITICAL = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


async def ensure(server: ApiServer) -> None:
    """Make what is missing, in one go; what is there is left as it is."""
    missing = []
    for obj in objects(server):
        kind = server.registry.kind(obj["kind"])
        metadata = obj["metadata"]
        key = kind.key(metadata.get("namespace", ""), metadata["name"])
        known = server.cache.of(kind).items.get(key)
        if known is not None:
            if kind.kind == "EndpointSlice" and known.object.get("ports") != obj["ports"]:
                await _moved(server, known, obj)
            continue
        metadata["uid"] = server.clock.uid()
        metadata["creationTimestamp"] = rfc3339(server.clock.now())
        kind.default(obj)
        told = obj.get("status")
        kind.prepare(obj, None)
        if told is not None:
            obj["status"] = told
        missing.append(server.storage.create(key, obj, WRITER))
    await asyncio.gather(*missing)


async def _moved(server: ApiServer, known: Item, obj: Obj) -> None:
    """Tell where this server listens now. Models: pkg/controlplane/reconcilers/instancecount.go"""
    changed = {**known.object, "endpoints": obj["endpoints"], "ports": obj["ports"]}
    await server.storage.rewrite(known.key, changed, known.revision)


def objects(server: ApiServer) -> list[Obj]:
    return [
        *({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in NAMESPACES),
        *bootstrap_policy.objects(),
        *local.built_in(server.registry, rfc3339(server.clock.now())),
        *(_priority_class(name, value) for name, value in CRITICAL.items()),
        _service_cidr(server),
        _service(server),
        _endpoints(server),
    ]


def _priority_class(name: str, value: int) -> Obj:
    must = "not be moved from their current node"
    if "cluster" in name:
        must = "run in the cluster, but can be moved to another node if necessary"
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "description": f"Used for system critical pods that must {must}.",
    }


def _service_cidr(server: ApiServer) -> Obj:
    """Models: pkg/controlplane/controller/defaultservicecidr/default_servicecidr_controller.go"""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "ServiceCIDR",
        "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": [str(server.allocators.network)]},
    }


def _service(server: ApiServer) -> Obj:
    ip = str(server.allocators.network[1])
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "clusterIP": ip,
            "clusterIPs": [ip],
            "ports": [{"name": "https", "port": 443, "targetPort": server.config.port, "protocol": "TCP"}],
        },
    }


def _endpoints(server: ApiServer) -> Obj:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [server.config.address], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": server.config.port, "protocol": "TCP"}],
    }
