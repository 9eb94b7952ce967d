"""The scheduler's view of the nodes: what each has, what is asked of it, which pods it holds.

It is kept up by events, never rebuilt. A pod counts where it is bound, or where it is assumed to be bound soon.
Models: pkg/scheduler/backend/cache/cache.go and framework/types.go NodeInfo v1.37
"""

from __future__ import annotations

import itertools
from collections import Counter

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.core.pod_requests import CPU, MEMORY, PODS, Amounts, amount
from cluster.scheduler.pod_info import PodInfo, Port

FINISHED = ("Succeeded", "Failed")
SHARED = ("node", "labels", "taints", "allocatable", "allocatable_pods", "images", "nonzero_cpu", "nonzero_memory")
COPIED = ("requested", "pods", "apart", "talkative", "owners", "ports", "nominated")

_generations = itertools.count(1)


class NodeInfo:
    """One node. `generation` grows with every change that a plugin could see."""

    __slots__ = (
        "allocatable",
        "allocatable_pods",
        "apart",
        "generation",
        "images",
        "labels",
        "name",
        "node",
        "nominated",
        "nonzero_cpu",
        "nonzero_memory",
        "owners",
        "pods",
        "ports",
        "requested",
        "taints",
        "talkative",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.node: Obj | None = None
        self.labels: dict[str, str] = {}
        self.taints: list[Obj] = []
        self.allocatable: Amounts = {}
        self.allocatable_pods = 0
        self.images: dict[str, int] = {}
        self.requested: Amounts = {CPU: 0, MEMORY: 0}
        self.nonzero_cpu = 0
        self.nonzero_memory = 0
        self.pods: dict[str, PodInfo] = {}
        self.apart: dict[str, PodInfo] = {}
        self.talkative: dict[str, PodInfo] = {}
        self.owners: Counter[str] = Counter()
        self.ports: Counter[Port] = Counter()
        self.nominated: dict[str, PodInfo] = {}
        self.generation = next(_generations)

    def set_node(self, node: Obj | None) -> None:
        self.generation = next(_generations)
        self.node = node
        if node is None:
            return
        status = node.get("status") or {}
        self.labels = meta.labels_of(node)
        self.taints = (node.get("spec") or {}).get("taints") or []
        self.allocatable = {name: amount(name, text) for name, text in (status.get("allocatable") or {}).items()}
        self.allocatable_pods = self.allocatable.get(PODS, 0)
        self.images = {
            name: image.get("sizeBytes") or 0
            for image in status.get("images") or ()
            for name in image.get("names") or ()
        }

    def add(self, pod: PodInfo) -> None:
        """Count a pod; its uid must not be here yet."""
        self._count(pod, 1)
        self.pods[pod.uid] = pod
        if pod.anti_affinity:
            self.apart[pod.uid] = pod
        if pod.has_affinity:
            self.talkative[pod.uid] = pod

    def remove(self, uid: str) -> None:
        pod = self.pods.pop(uid, None)
        if pod is not None:
            self._count(pod, -1)
            self.apart.pop(uid, None)
            self.talkative.pop(uid, None)

    def copy(self) -> NodeInfo:
        """A copy whose pods may be changed without changing this one."""
        twin = NodeInfo(self.name)
        for name in SHARED:
            setattr(twin, name, getattr(self, name))
        for name in COPIED:
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def _count(self, pod: PodInfo, sign: int) -> None:
        self.generation = next(_generations)
        requested = self.requested
        for resource, value in pod.requests.items():
            requested[resource] = requested.get(resource, 0) + sign * value
        self.nonzero_cpu += sign * pod.nonzero_cpu
        self.nonzero_memory += sign * pod.nonzero_memory
        if pod.owner:
            self.owners[pod.owner] += sign
            if not self.owners[pod.owner]:
                del self.owners[pod.owner]
        for port in pod.ports:
            self.ports[port] += sign


class Cache:
    """All nodes. `listed` are those whose object is there; `talkative` counts pods that speak of other pods, `images` on
    how many nodes an image is, `priorities` the pods of each priority; `namespaces` has each one's labels."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeInfo] = {}
        self.listed: list[NodeInfo] = []
        self.talkative = 0
        self.namespaces: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Obj] = {}
        self.volumes: dict[str, Obj] = {}
        self.classes: dict[str, Obj] = {}
        self.csi_nodes: dict[str, Obj] = {}
        self.budgets: dict[str, Obj] = {}
        self.images: Counter[str] = Counter()
        self.priorities: Counter[int] = Counter()
        self._place: dict[str, str] = {}
        self._nominated: dict[str, str] = {}

    # --- nodes -----------------------------------------------------------------------------------------------------

    def set_node(self, node: Obj) -> None:
        info = self._info(meta.name_of(node))
        if info.node is None:
            self.listed.append(info)
        self.images.subtract(info.images.keys())
        info.set_node(node)
        self.images.update(info.images.keys())

    def remove_node(self, name: str) -> None:
        """Its object is gone; its pods still count until they are gone too."""
        info = self.nodes.get(name)
        if info is None or info.node is None:
            return
        self.images.subtract(info.images.keys())
        info.images = {}
        info.set_node(None)
        self.listed.remove(info)
        self._tidy(info)

    def with_node(self, node: NodeInfo) -> Cache:
        """This cache as it would be with another state of one node; for looking only."""
        view = Cache()
        view.listed = [node if each.name == node.name else each for each in self.listed]
        view.talkative = self.talkative
        view.namespaces = self.namespaces
        view.claims, view.volumes, view.classes = self.claims, self.volumes, self.classes
        view.csi_nodes, view.budgets = self.csi_nodes, self.budgets
        view.images = self.images
        return view

    # --- pods ------------------------------------------------------------------------------------------------------

    def place_of(self, uid: str) -> str:
        """The node that a pod is bound or assumed to, "" for none."""
        return self._place.get(uid, "")

    def set_pod(self, pod: Obj) -> None:
        """A bound pod is new or has changed; one that has finished no longer counts."""
        uid, node_name = pod["metadata"]["uid"], pod["spec"]["nodeName"]
        if (pod.get("status") or {}).get("phase") in FINISHED:
            self.forget(uid)
            return
        if self._place.get(uid) == node_name:
            known = self.nodes[node_name].pods[uid]
            if known.pod["spec"] == pod["spec"] and known.labels == meta.labels_of(pod):
                known.pod = pod
                return
            if _same_but_for_the_node(known.pod, pod):
                known.pod = pod
                return
        self.forget(uid)
        self.assume(PodInfo(pod), node_name)

    def assume(self, pod: PodInfo, node_name: str) -> None:
        self.forget_nomination(pod.uid)
        self._place[pod.uid] = node_name
        self._info(node_name).add(pod)
        self.talkative += pod.has_affinity
        self.priorities[pod.priority] += 1

    def forget(self, uid: str) -> None:
        """A pod is gone, has finished, or could not be bound."""
        self.forget_nomination(uid)
        node_name = self._place.pop(uid, "")
        info = self.nodes.get(node_name)
        if info is not None and uid in info.pods:
            pod = info.pods[uid]
            self.talkative -= pod.has_affinity
            self.priorities[pod.priority] -= 1
            if not self.priorities[pod.priority]:
                del self.priorities[pod.priority]
            info.remove(uid)
            self._tidy(info)

    # --- nominations -----------------------------------------------------------------------------------------------

    def nominate(self, pod: PodInfo, node_name: str) -> None:
        """A pod waits for room on a node; others of lower priority leave it to it."""
        self.forget_nomination(pod.uid)
        self._nominated[pod.uid] = node_name
        self._info(node_name).nominated[pod.uid] = pod

    def forget_nomination(self, uid: str) -> None:
        node_name = self._nominated.pop(uid, "")
        info = self.nodes.get(node_name)
        if info is not None:
            info.nominated.pop(uid, None)
            self._tidy(info)

    def nominated_node(self, uid: str) -> str:
        return self._nominated.get(uid, "")

    def _info(self, name: str) -> NodeInfo:
        info = self.nodes.get(name)
        if info is None:
            info = self.nodes[name] = NodeInfo(name)
        return info

    def _tidy(self, info: NodeInfo) -> None:
        if info.node is None and not info.pods and not info.nominated:
            self.nodes.pop(info.name, None)


def _same_but_for_the_node(assumed: Obj, bound: Obj) -> bool:
    """Is this the very pod that was assumed, now bound? The binding adds the node's name and nothing else."""
    spec = assumed["spec"]
    return (
        "nodeName" not in spec
        and meta.labels_of(assumed) == meta.labels_of(bound)
        and {**spec, "nodeName": bound["spec"]["nodeName"]} == bound["spec"]
    )
