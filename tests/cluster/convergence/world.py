"""A whole cluster in virtual time that is changed, broken and mended step by step; what must hold is looked at all the way."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from cluster.apimachinery import meta, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.rest import MERGE_PATCH
from cluster.clock import VirtualClock
from cluster.kubeadm import demo, pki
from cluster.kubeadm.credentials import StaticTokens
from cluster.kubeadm.models import Cluster
from cluster.kubeadm.running import RunningCluster
from cluster.kubeadm.settings import Settings
from cluster.wire.message import ConnectionLost
from cluster.wire.rule import DELAY, DROP, Rule
from cluster.wire.stream import Delivery

NODES = ("node-1", "node-2", "node-3")
COMPONENTS = (
    "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd",
    *(f"kube-controller-manager.{loop}" for loop in ("deployment", "replicaset", "statefulset", "daemonset", "job")),
    *(f"kubelet.{name}" for name in NODES),
)  # fmt: skip
LINES = (("kube-controller-manager*", "kube-apiserver"), ("kube-scheduler", "kube-apiserver"), ("kubelet.*", "*"))
STARTS = ("etcd", "kube-apiserver", *(each for each in COMPONENTS if each not in ("etcd", "kube-apiserver")))
QUOTA, PATIENCE = 6, 60
T = TypeVar("T")
_numbers = itertools.count(1)


class World:
    """One cluster of three nodes. `steps` is what was done so far, `faults` what did not hold."""

    def __init__(self, folder: Path, key: bytes, seed: int) -> None:
        slug = f"walk-{next(_numbers)}"
        self.clock = VirtualClock(seed=seed)
        row = Cluster(slug=slug, mode="upstream", seed=seed, created=self.clock.now())
        identities = StaticTokens(slug, folder / slug, folder, key)
        settings = Settings(folder, "127.0.0.1:6443", 256, 256, 0, 0, 100_000)
        self.cluster = RunningCluster(row, settings, identities, self.clock)
        self.client = self.cluster.client("kubeadm")
        self.pods: dict[str, Obj] = {}
        self.faults: list[str] = []
        self.stopped: set[str] = set()
        self.on_pods: Callable[[], None] = lambda: None

    async def start(self) -> None:
        await self.cluster.start_up()
        await demo.add_nodes(self.cluster, NODES)
        for name in ("default", "tight"):
            if name != "default":
                await self.client.create("Namespace", {"metadata": {"name": name}})
        await self.client.create(
            "ResourceQuota", {"metadata": {"name": "q"}, "spec": {"hard": {"pods": str(QUOTA)}}}, "tight"
        )
        await self.clock.advance(10)

    async def stop(self) -> None:
        await self.cluster.shut_down()

    async def pumped(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of what may have to wait: time goes on meanwhile. ConnectionLost when it does not come."""
        task = asyncio.get_running_loop().create_task(work)
        for _ in range(PATIENCE):
            await self.clock.settle()
            if task.done():
                return task.result()
            await self.clock.advance(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise ConnectionLost("nobody answered")

    async def listed(self, kind: str, namespace: str = "") -> list[Obj]:
        return (await self.pumped(self.client.list(kind, namespace))).items

    # --- steps -----------------------------------------------------------------------------------------------------

    async def apply(self, kind: str, name: str, spec: Obj, namespace: str = "default") -> None:
        """Create it, or change its spec; refused while the API server is away."""
        body = {"metadata": {"name": name}, "spec": spec}
        try:
            await self.client.create(kind, body, namespace)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            await self.client.patch(kind, name, {"spec": spec}, namespace, content_type=MERGE_PATCH)

    async def delete(self, kind: str, name: str, namespace: str = "default") -> None:
        try:
            await self.client.delete(kind, name, namespace, {"propagationPolicy": "Background"})
        except ApiError as error:
            if error.code != 404:
                raise

    async def turn(self, component: str, *, on: bool) -> None:
        if on:
            await self.pumped(self.cluster.start(component))
            self.stopped.discard(component)
        else:
            await self.pumped(self.cluster.stop(component))
            self.stopped.add(component)
        await self.clock.settle()

    def trouble(self, line: int, *, drop: bool) -> None:
        """Lose the next message on a line, or make every one late until all is mended."""
        source, target = LINES[line % len(LINES)]
        rule = Rule(DROP if drop else DELAY, source, target, delay_seconds=0 if drop else 0.5, once=drop)
        self.cluster.wire.control.add(rule)

    async def mend(self) -> None:
        """Everything runs again, and no message is touched."""
        for rule_id in list(self.cluster.wire.control.rules):
            self.cluster.wire.control.remove(rule_id)
        for component in sorted(self.stopped, key=STARTS.index):
            await self.turn(component, on=True)
        await self.pumped(self.cluster.ready())

    # --- looking ---------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        """What must hold at every moment, by what the API server knows."""
        if {"kube-apiserver", "etcd"} & self.stopped:
            return
        pods = await self.listed("Pod")
        nodes = {meta.name_of(node): node for node in await self.listed("Node")}
        self.faults += overfull(pods, nodes) + over_quota(pods) + doubled_daemons(pods)

    async def follow_pods(self) -> None:
        """Call `on_pods` at every change of a pod."""
        listed = await self.client.list("Pod", "default")
        stream = await self.client.watch("Pod", "default", resourceVersion=listed.resource_version)

        def seen(deliveries: list[Delivery]) -> None:
            for event, _ in deliveries:
                if event.type == DELETED:
                    self.pods.pop(meta.name_of(event.object), None)
                else:
                    self.pods[meta.name_of(event.object)] = event.object
                self.on_pods()

        self.pods = {meta.name_of(pod): pod for pod in listed.items}
        stream.consume(seen)


# --- pure -----------------------------------------------------------------------------------------------------------


def overfull(pods: list[Obj], nodes: dict[str, Obj]) -> list[str]:
    """Nodes whose running pods ask for more than there is."""
    used: Counter[str] = Counter()
    asked: dict[str, Decimal] = {}
    for pod in pods:
        if (pod.get("status") or {}).get("phase") == "Running":
            name = pod["spec"]["nodeName"]
            used[name] += 1
            for container in pod["spec"]["containers"]:
                cpu = ((container.get("resources") or {}).get("requests") or {}).get("cpu") or "0"
                asked[name] = asked.get(name, Decimal(0)) + quantity.parse(cpu)
    found = []
    for name, node in nodes.items():
        room = (node.get("status") or {}).get("allocatable") or {}
        if room and (used[name] > int(room["pods"]) or asked.get(name, 0) > quantity.parse(room["cpu"])):
            found.append(f"{name} runs {used[name]} pods that ask for {asked.get(name)} CPUs of {room['cpu']}")
    return found


def over_quota(pods: list[Obj]) -> list[str]:
    alive = [pod for pod in pods if meta.namespace_of(pod) == "tight" and not _is_over(pod)]
    return [f"{len(alive)} pods where the quota lets {QUOTA}"] if len(alive) > QUOTA else []


def doubled_daemons(pods: list[Obj]) -> list[str]:
    """Nodes with two living pods of one DaemonSet."""
    places = Counter(
        (owner["name"], pod["spec"]["nodeName"])
        for pod in pods
        if (owner := meta.controller_of(pod)) is not None and owner["kind"] == "DaemonSet"
        if pod["spec"].get("nodeName") and not _is_over(pod) and not meta.is_being_deleted(pod)
    )
    return [f"{count} pods of {place[0]} on {place[1]}" for place, count in places.items() if count > 1]


def unlike(objects: dict[str, list[Obj]], pods: list[Obj]) -> list[str]:
    """What is not as the specs ask for; empty when the cluster has come to rest."""
    found = [
        f"{kind} {meta.key_of(obj)}: {why}" for kind, all in objects.items() for obj in all if (why := WANTS[kind](obj))
    ]
    owners = {meta.uid_of(obj) for all in objects.values() for obj in all}
    for pod in pods:
        owner, phase = meta.controller_of(pod), (pod.get("status") or {}).get("phase")
        if owner is not None and owner["uid"] not in owners:
            found.append(f"pod {meta.key_of(pod)} has no owner left")
        if phase not in ("Running", "Succeeded") or meta.is_being_deleted(pod):
            found.append(f"pod {meta.key_of(pod)} is {phase}")
    return found


def _is_over(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _counts(obj: Obj, *names: str) -> str:
    """ "" when all these counts of the status are the replicas that are wanted, and the status is of this spec."""
    wanted, status = obj["spec"]["replicas"], obj.get("status") or {}
    counts = {name: status.get(name) or 0 for name in ("replicas", *names)}
    if status.get("observedGeneration") != obj["metadata"].get("generation"):
        return "its status is of an older spec"
    return "" if set(counts.values()) == {wanted} else f"{counts} where {wanted} are wanted"


def _daemons(obj: Obj) -> str:
    status = obj.get("status") or {}
    counts = [status.get(name) or 0 for name in ("desiredNumberScheduled", "numberReady", "updatedNumberScheduled")]
    return "" if counts == [len(NODES)] * 3 else f"desired, ready, updated: {counts}"


def _capped(obj: Obj) -> str:
    """A ReplicaSet has what the quota lets it have, no more."""
    if meta.namespace_of(obj) != "tight":
        return _counts(obj, "readyReplicas")
    wanted, found = min(obj["spec"]["replicas"], QUOTA), (obj.get("status") or {}).get("replicas")
    return "" if found == wanted else f"{found} pods where {wanted} may be"


WANTS: dict[str, Callable[[Obj], str]] = {
    "Deployment": lambda obj: _counts(obj, "updatedReplicas", "availableReplicas"),
    "ReplicaSet": _capped,
    "StatefulSet": lambda obj: _counts(obj, "updatedReplicas", "readyReplicas"),
    "DaemonSet": _daemons,
    "Job": lambda obj: "" if meta.is_condition_true(obj, "Complete") else f"{obj.get('status')}",
}


def new_key() -> bytes:
    return pki.new_token_key()


def pod_spec(image: str = "nginx", **more: Any) -> Obj:
    container = {"name": "c", "image": image, "resources": {"requests": {"cpu": "100m", "memory": "32Mi"}}, **more}
    return {"containers": [container], "terminationGracePeriodSeconds": 1}
