"""What people wrongly believe of the components, as data: who is thought to send what to whom, and what is true.

A belief is offered where the held message is about one of its `about` resources ("" any). Its message is one that its
sender could send if the belief were right; what was really seen is never offered as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from dashboard.journeys.steps import API, ETCD, KUBELET, MANAGER, RUNTIME, SCHEDULER
from dashboard.predictions.move import Move

PROXY = "kube-proxy"
ANY = ("",)
PODS = ("pods",)


@dataclass(frozen=True, slots=True)
class Misconception:
    """`name` is kept with each answer; `truth` is what a wrong answer is told."""

    name: str
    source: str
    target: str
    act: str
    about: tuple[str, ...]
    truth: str

    def move(self, resource: str) -> Move:
        return Move(self.source, self.target, self.act, resource, misconception=self.name)


MISCONCEPTIONS = (
    Misconception(
        "scheduler-reads-etcd", SCHEDULER, ETCD, "Range", ("pods", "nodes"),
        _("The scheduler does not know etcd: only the API server reads and writes it, and tells the scheduler by its watch."),
    ),
    Misconception(
        "scheduler-writes-etcd", SCHEDULER, ETCD, "Txn", PODS,
        _("The scheduler writes nothing itself: it posts a Binding to the API server, which writes it into etcd."),
    ),
    Misconception(
        "controllers-write-etcd", MANAGER, ETCD, "Txn", ANY,
        _("Controllers never write to etcd: like everybody else they ask the API server."),
    ),
    Misconception(
        "kubelet-reads-etcd", KUBELET, ETCD, "Range", PODS,
        _("A kubelet does not know etcd: it learns of its pods by watching the API server."),
    ),
    Misconception(
        "etcd-tells-kubelets", ETCD, KUBELET, "WATCH", PODS,
        _("etcd tells its changes to the API server alone; kubelets watch the API server."),
    ),
    Misconception(
        "etcd-tells-scheduler", ETCD, SCHEDULER, "WATCH", PODS,
        _("etcd tells its changes to the API server alone; the scheduler watches the API server."),
    ),
    Misconception(
        "etcd-tells-controllers", ETCD, MANAGER, "WATCH", ANY,
        _("etcd tells its changes to the API server alone; controllers watch the API server."),
    ),
    Misconception(
        "kubelet-polls-scheduler", KUBELET, SCHEDULER, "GET", PODS,
        _("A kubelet never speaks with the scheduler: it sees in the API server which pods are bound to its node."),
    ),
    Misconception(
        "scheduler-starts-containers", SCHEDULER, RUNTIME, "StartContainer", PODS,
        _("The scheduler starts nothing: it only chooses a node; that node's kubelet asks the runtime."),
    ),
    Misconception(
        "scheduler-tells-kubelet", SCHEDULER, KUBELET, "POST", PODS,
        _("The scheduler sends nothing to a kubelet: it writes the node's name by the API server, and the kubelet watches."),
    ),
    Misconception(
        "manager-makes-bare-pods", MANAGER, API, "POST", PODS,
        _("No controller makes a pod that somebody asked for directly: only pods of a ReplicaSet, Job or the like are theirs."),
    ),
    Misconception(
        "manager-starts-containers", MANAGER, KUBELET, "POST", PODS,
        _("The controller manager gives no orders to kubelets: it writes objects by the API server."),
    ),
    Misconception(
        "api-pushes-to-kubelets", API, KUBELET, "POST", PODS,
        _("The API server pushes no pods to kubelets: each kubelet has opened a watch, and news travel on it."),
    ),
    Misconception(
        "api-starts-containers", API, RUNTIME, "CreateContainer", PODS,
        _("The API server starts nothing and knows no runtime: it answers, writes to etcd and tells who watches."),
    ),
    Misconception(
        "api-calls-scheduler", API, SCHEDULER, "POST", PODS,
        _("The API server never calls the scheduler: the scheduler watches for pods that have no node."),
    ),
    Misconception(
        "api-makes-pods", API, KUBELET, "POST", ("deployments", "replicasets", "jobs", "daemonsets", "statefulsets"),
        _("The API server only stores the wish; a control loop sees it and asks for the pods."),
    ),
    Misconception(
        "runtime-reports", RUNTIME, API, "status", PODS,
        _("The runtime knows only its kubelet: it is the kubelet that tells the API server how a pod is."),
    ),
    Misconception(
        "kubelet-places-pods", KUBELET, API, "binding", PODS,
        _("A kubelet does not choose its pods: the scheduler binds them to its node."),
    ),
    Misconception(
        "proxy-carries-packets", PROXY, RUNTIME, "Connect", ("services", "endpointslices", "endpoints"),
        _("No packet passes through kube-proxy: it writes rules for the node's kernel, which carries the packets."),
    ),
    Misconception(
        "proxy-writes-endpoints", PROXY, API, "PUT", ("services", "endpointslices", "endpoints"),
        _("kube-proxy writes no endpoints: the EndpointSlice controller does; kube-proxy only reads them."),
    ),
    Misconception(
        "etcd-decides", ETCD, SCHEDULER, "POST", ANY,
        _("etcd decides nothing and calls nobody: it stores, and tells the API server what was stored."),
    ),
)  # fmt: skip
BY_NAME = {each.name: each for each in MISCONCEPTIONS}


def about(resource: str) -> list[Misconception]:
    """Those that may be held about such an object."""
    return [each for each in MISCONCEPTIONS if each.about == ANY or resource in each.about]
