"""Pods as their owners count them: active, ready, available, which to delete first; and behind which Service they stand.

Models: pkg/controller/controller_utils.go, pkg/api/v1/pod/util.go v1.37
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.client.informer import Informer, namespaces
from cluster.clock import parse_rfc3339

PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def is_active(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed") and not meta.is_being_deleted(pod)


def is_ready(pod: Obj) -> bool:
    return meta.is_condition_true(pod, "Ready")


def is_available(pod: Obj, min_ready_seconds: int, now: float) -> bool:
    if not is_ready(pod):
        return False
    since = (meta.condition_of(pod, "Ready") or {}).get("lastTransitionTime")
    return not min_ready_seconds or (bool(since) and parse_rfc3339(since or "") + min_ready_seconds <= now)


class Facts(NamedTuple):
    """What of a pod its owner counts."""

    owner: str
    labels: frozenset[tuple[str, str]]
    active: bool
    ready: bool
    terminating: bool


class Tallies:
    """How many pods of the same facts each owner has, counted as pods change: a thousand pods need not be looked at
    anew because one of them did."""

    def __init__(self) -> None:
        self._known: dict[str, Facts] = {}
        self._of: dict[str, Counter[Facts]] = {}

    def of(self, owner_uid: str) -> Mapping[Facts, int]:
        return self._of.get(owner_uid, {})

    def update(self, old: Obj | None, new: Obj | None) -> None:
        """A pod is new, has changed (it may be another of the same name), or is gone."""
        uid = new["metadata"]["uid"] if new is not None else ""
        if old is not None and old["metadata"]["uid"] != uid:
            self._count(self._known.pop(old["metadata"]["uid"], None), -1)
        if new is None:
            return
        was, now = self._known.get(uid), facts_of(new)
        if was != now:
            self._count(was, -1)
            self._count(now, 1)
            self._known[uid] = now

    def _count(self, facts: Facts | None, sign: int) -> None:
        if facts is None or not facts.owner:
            return
        counts = self._of.setdefault(facts.owner, Counter())
        counts[facts] += sign
        if not counts[facts]:
            del counts[facts]
            if not counts:
                del self._of[facts.owner]


def facts_of(pod: Obj) -> Facts:
    owner = meta.controller_of(pod)
    labels = frozenset(meta.labels_of(pod).items())
    return Facts(owner["uid"] if owner else "", labels, is_active(pod), is_ready(pod), meta.is_being_deleted(pod))


DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
Rank = tuple[int, int, int, int, int, float, int, float]


def deletion_rank(pod: Obj, crowd: int = 0) -> Rank:
    """Sort key, first to go first: unassigned, pending, not ready, cheap, among many of its owner's on a node (`crowd`),
    ready for the shortest, restarted the most, youngest. Models: ActivePodsWithRanks"""
    status = pod.get("status") or {}
    ready = is_ready(pod)
    since = (meta.condition_of(pod, "Ready") or {}).get("lastTransitionTime") if ready else None
    restarts = max((each.get("restartCount", 0) for each in status.get("containerStatuses") or ()), default=0)
    return (
        1 if pod["spec"].get("nodeName") else 0,
        PHASES.get(status.get("phase", ""), 1),
        int(ready),
        _deletion_cost(pod),
        -crowd,
        -parse_rfc3339(since) if since else 0.0,
        -restarts,
        -parse_rfc3339(pod["metadata"]["creationTimestamp"]),
    )


def first_to_go(pods: list[Obj]) -> list[Obj]:
    """An owner's active pods in the order in which it would end them."""
    crowds = Counter(pod["spec"].get("nodeName") for pod in pods)
    return sorted(pods, key=lambda pod: deletion_rank(pod, crowds[pod["spec"].get("nodeName")]))


def _deletion_cost(pod: Obj) -> int:
    text = meta.annotations_of(pod).get(DELETION_COST, "0")
    return int(text) if text.removeprefix("-").isdigit() else 0


def from_template(owner: Obj, template: Obj) -> Obj:
    """The pod that an owner makes. Models: GetPodFromTemplate"""
    metadata = {
        name: value
        for name, value in (template.get("metadata") or {}).items()
        if name in ("labels", "annotations", "finalizers")
    }
    metadata["generateName"] = f"{owner['metadata']['name']}-"
    metadata["ownerReferences"] = [meta.controller_reference(owner)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def namespace_of_an_orphan(obj: Obj) -> list[str]:
    """An index: the namespace of a pod, or another object, that no controller owns."""
    return [] if meta.controller_of(obj) else [meta.namespace_of(obj)]


def is_behind(service: Obj, pod: Obj) -> bool:
    """Does a Service's selector mean this pod?"""
    selector, found = service["spec"].get("selector"), meta.labels_of(pod)
    return bool(selector) and all(found.get(key) == value for key, value in selector.items())


def label_pairs(pod: Obj) -> list[str]:
    """An index: each of a pod's labels, so that whom a selector means is found without looking at the others."""
    namespace = meta.namespace_of(pod)
    return [f"{namespace}/{key}={value}" for key, value in meta.labels_of(pod).items()]


def behind(service: Obj, pods: Informer) -> list[Obj]:
    """The pods that a Service's selector means; `pods` has `label_pairs` as its index "label"."""
    namespace, selector = meta.namespace_of(service), service["spec"]["selector"]
    found = [pods.by_index("label", f"{namespace}/{key}={value}") for key, value in selector.items()]
    return [pod for pod in min(found, key=len) if is_behind(service, pod)]


def index_for_selectors(pods: Informer) -> None:
    """What `selected` looks pods up by."""
    pods.add_index("label", label_pairs)
    pods.add_index("namespace", namespaces)


def selected(namespace: str, selector: labels.Selector, pods: Informer) -> list[Obj]:
    """The pods of a namespace that a selector means; only those with a label that it asks for are looked at."""
    found = [
        pods.by_index("label", f"{namespace}/{each.key}={each.values[0]}")
        for each in selector.requirements
        if each.operator in (labels.EQUALS, labels.DOUBLE_EQUALS)
    ]
    among = min(found, key=len) if found else pods.by_index("namespace", namespace)
    return [pod for pod in among if selector.matches(meta.labels_of(pod))]


def has_address(pod: Obj) -> bool:
    """Is it one that may stand behind a Service? Models: endpointslice/util ShouldPodBeInEndpoints"""
    status = pod.get("status") or {}
    return bool(status.get("podIP")) and status.get("phase") not in ("Succeeded", "Failed")


def ports_for(service: Obj, pod: Obj) -> list[Obj]:
    """A Service's target ports as numbers of this pod; a named one that the pod lacks is left out."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = port.get("targetPort", port["port"])
        if isinstance(number, str):
            named = [
                each
                for container in pod["spec"]["containers"]
                for each in container.get("ports") or ()
                if each.get("name") == number
            ]
            if not named:
                continue
            number = named[0]["containerPort"]
        found.append({"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")})
    return found
