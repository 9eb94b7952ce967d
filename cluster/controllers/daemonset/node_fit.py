"""Which nodes a DaemonSet's pods belong on, and the pod for one of them; pure.

Models: pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod, util/daemonset_util.go v1.37
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.apps.daemon_set import TEMPLATE_GENERATION
from cluster.apis.core import node_selector, taints
from cluster.controllers import pods as pod_facts
from cluster.controllers.history import HASH

GENERATION = "pod-template-generation"
TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
NETWORK_UNAVAILABLE = ("network-unavailable", "NoSchedule")


@dataclass(frozen=True, slots=True)
class Place:
    """A node as a selector looks at it."""

    name: str
    labels: dict[str, str]


def should_run(pod: Obj, node: Obj) -> tuple[bool, bool]:
    """(should a daemon pod be made there, may one that is there stay)."""
    place = Place(meta.name_of(node), meta.labels_of(node))
    if pod["spec"].get("nodeName") not in (None, "", place.name):
        return False, False
    matches = node_selector.required({"spec": pod["spec"]})
    if matches is not None and not matches(place):
        return False, False
    found = node["spec"].get("taints") or ()
    if taints.untolerated(pod, found, ("NoExecute", "NoSchedule")) is None:
        return True, True
    return False, taints.untolerated(pod, found, ("NoExecute",)) is None


def bare_pod(daemons: Obj, revision_hash: str = "") -> Obj:
    """A pod of the template with the tolerations of all daemons, for no node yet. Models: CreatePodTemplate"""
    pod = pod_facts.from_template(daemons, daemons["spec"]["template"])
    spec = pod["spec"]
    host = (NETWORK_UNAVAILABLE,) if spec.get("hostNetwork") else ()
    added = [
        {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        for name, effect in (*TOLERATED, *host)
    ]
    marks = {GENERATION: meta.annotations_of(daemons).get(TEMPLATE_GENERATION, "1")}
    if revision_hash:
        marks[HASH] = revision_hash
    metadata = {**pod["metadata"], "labels": {**(pod["metadata"].get("labels") or {}), **marks}}
    return {**pod, "metadata": metadata, "spec": {**spec, "tolerations": [*(spec.get("tolerations") or ()), *added]}}


def pod_for(bare: Obj, node_name: str) -> Obj:
    """The pod for one node: only the scheduler binds, but it finds no other. Models: ReplaceDaemonSetPodNodeNameNodeAffinity"""
    field = {"key": node_selector.NAME_FIELD, "operator": "In", "values": [node_name]}
    affinity = bare["spec"].get("affinity") or {}
    node = {
        **(affinity.get("nodeAffinity") or {}),
        node_selector.REQUIRED: {"nodeSelectorTerms": [{"matchFields": [field]}]},
    }
    return {**bare, "spec": {**bare["spec"], "affinity": {**affinity, "nodeAffinity": node}}}


def target_node(pod: Obj) -> str:
    """Where a daemon pod is, or is meant to be; "" when nothing says so. Models: GetTargetNodeName"""
    if name := pod["spec"].get("nodeName"):
        return str(name)
    required = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get(node_selector.REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == node_selector.NAME_FIELD and len(field.get("values") or ()) == 1:
                return str(field["values"][0])
    return ""
