"""What a person does to a node from the page: cut its power, start it, cordon, drain, delete. As the client `web-form`."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost
from dashboard.permission import groups_of

ACTIONS = ("stop", "start", "disconnect", "reconnect", "cordon", "uncordon", "drain", "delete")


async def act(cluster: RunningCluster, user: str, name: str, action: str) -> str:
    """Do `action` and say what was done, or why not. KeyError when there is no such node (stop, start) or action."""
    if action not in ACTIONS:
        raise KeyError(action)
    if action in ("stop", "start"):
        await (cluster.stop if action == "stop" else cluster.start)(f"node.{name}")
        return f"node/{name} {'lost its power' if action == 'stop' else 'is started'}"
    if action in ("disconnect", "reconnect"):
        faults = cluster.faults
        await (faults.cut_network(name) if action == "disconnect" else faults.mend(f"network.{name}"))
        return f"the network of node/{name} is {'cut' if action == 'disconnect' else 'mended'}"
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    try:
        if action == "delete":
            await client.delete("Node", name)
            return f'node "{name}" deleted'
        await client.patch("Node", name, {"spec": {"unschedulable": action != "uncordon" or None}})
        return await _drain(client, name) if action == "drain" else f"node/{name} {action}ed"
    except ApiError as error:
        return error.message
    except ConnectionLost as error:
        return f"The API server did not answer: {error}."


async def delete_pod(cluster: RunningCluster, user: str, namespace: str, name: str) -> str:
    """Delete a pod gracefully and say what was done, or why not."""
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    try:
        await client.delete("Pod", name, namespace)
    except ApiError as error:
        return error.message
    except ConnectionLost as error:
        return f"The API server did not answer: {error}."
    return f'pod "{name}" is being deleted'


async def _drain(client: Client, name: str) -> str:
    """Evict every pod of the node, but those of DaemonSets, as `kubectl drain --ignore-daemonsets --force` does."""
    found = await client.list("Pod", fieldSelector=f"spec.nodeName={name}")
    refused = []
    pods = [pod for pod in found.items if (meta.controller_of(pod) or {}).get("kind") != "DaemonSet"]
    for pod in pods:
        try:
            await client.create(
                "Pod", eviction(pod), meta.namespace_of(pod), subresource="eviction", name=meta.name_of(pod)
            )
        except ApiError as error:
            if error.code != 404:
                refused.append(error.message)
    return "; ".join([f"node/{name} drained, {len(pods) - len(refused)} pods evicted", *refused])


def eviction(pod: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": meta.name_of(pod), "namespace": meta.namespace_of(pod)}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
