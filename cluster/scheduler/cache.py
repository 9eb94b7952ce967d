"""The scheduler's view of the nodes: what each has, what is asked of it. Models: pkg/scheduler/backend/cache v1.37"""

from __future__ import annotations

from cluster.apimachinery import meta, quantity
from cluster.apimachinery.meta import Obj

CPU, MEMORY, PODS = "cpu", "memory", "pods"


def amount(resource: str, text: str) -> int:
    """CPU in thousandths, anything else in whole units."""
    return quantity.milli(text) if resource == CPU else quantity.whole(text)


def requests_of(pod: Obj) -> dict[str, int]:
    """What a pod asks for: its containers together, or its largest init container if that is more."""
    total: dict[str, int] = {}
    for container in pod["spec"].get("containers") or ():
        for resource, text in ((container.get("resources") or {}).get("requests") or {}).items():
            total[resource] = total.get(resource, 0) + amount(resource, text)
    for container in pod["spec"].get("initContainers") or ():
        for resource, text in ((container.get("resources") or {}).get("requests") or {}).items():
            total[resource] = max(total.get(resource, 0), amount(resource, text))
    for resource, text in (pod["spec"].get("overhead") or {}).items():
        total[resource] = total.get(resource, 0) + amount(resource, text)
    return total


class NodeInfo:
    """One node: its object, what it can give, what its pods ask for, who owns them."""

    __slots__ = ("allocatable", "name", "node", "owners", "pods", "requested")

    def __init__(self, name: str) -> None:
        self.name = name
        self.node: Obj = {"metadata": {"name": name}, "spec": {}}
        self.allocatable: dict[str, int] = {}
        self.requested: dict[str, int] = {}
        self.pods: dict[str, tuple[dict[str, int], str]] = {}
        self.owners: dict[str, int] = {}

    def set_node(self, node: Obj) -> None:
        self.node = node
        found = (node.get("status") or {}).get("allocatable") or {}
        self.allocatable = {resource: amount(resource, text) for resource, text in found.items()}

    def add(self, uid: str, asked: dict[str, int], owner: str) -> None:
        if uid in self.pods:
            return
        self.pods[uid] = (asked, owner)
        for resource, value in asked.items():
            self.requested[resource] = self.requested.get(resource, 0) + value
        if owner:
            self.owners[owner] = self.owners.get(owner, 0) + 1

    def remove(self, uid: str) -> None:
        known = self.pods.pop(uid, None)
        if known is None:
            return
        for resource, value in known[0].items():
            self.requested[resource] -= value
        if known[1]:
            self.owners[known[1]] -= 1


class Cache:
    """All nodes by name. A pod counts where it is bound, or where it is assumed to be bound soon."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeInfo] = {}
        self._place: dict[str, str] = {}

    def node_changed(self, old: Obj | None, new: Obj | None) -> None:
        name = meta.name_of(new or old or {})
        if new is None:
            self.nodes.pop(name, None)
        else:
            self._info(name).set_node(new)

    def known(self) -> list[NodeInfo]:
        """Nodes whose object is there."""
        return [info for info in self.nodes.values() if "uid" in info.node["metadata"]]

    def pod_changed(self, pod: Obj, *, gone: bool) -> None:
        uid, node_name = pod["metadata"]["uid"], pod["spec"].get("nodeName")
        finished = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        if gone or finished:
            self.forget(uid)
        elif node_name and self._place.get(uid) != node_name:
            self.forget(uid)
            self.assume(pod, node_name)

    def assume(self, pod: Obj, node_name: str) -> None:
        uid = pod["metadata"]["uid"]
        self._place[uid] = node_name
        self._info(node_name).add(uid, requests_of(pod), owner_of(pod))

    def forget(self, uid: str) -> None:
        node_name = self._place.pop(uid, None)
        if node_name is not None and node_name in self.nodes:
            self.nodes[node_name].remove(uid)

    def _info(self, name: str) -> NodeInfo:
        if name not in self.nodes:
            self.nodes[name] = NodeInfo(name)
        return self.nodes[name]


def owner_of(pod: Obj) -> str:
    owner = meta.controller_of(pod)
    return owner["uid"] if owner else ""
