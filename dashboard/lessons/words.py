"""The course's words, each in a sentence that a beginner understands, and where on the page it can be seen.

`where` is a component's id, or the kind of object to make; "" when it is everywhere.
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A word, what it means, where to look."""

    word: str
    meaning: str
    where: str = ""


WORDS = (
    Word("Admission", "The API server's last question before it writes: may this object be, and as it is?", "kube-apiserver"),
    Word("API server", "The cluster's only door: everybody reads and writes through it, and nobody else speaks with etcd.", "kube-apiserver"),
    Word("Authentication", "Who is asking? A certificate or a token says so.", "kube-apiserver"),
    Word("Authorization", "May they do that? Roles and bindings (RBAC) say so.", "kube-apiserver"),
    Word("Binding", "What the scheduler writes when it has found a node for a pod.", "kube-scheduler"),
    Word("CIDR", "A range of addresses; each node gets one for its pods.", "kube-controller-manager.nodeipam"),
    Word("ConfigMap", "Settings kept apart from the image, given to containers as variables or files."),
    Word("Container", "A program with its image, run by the container runtime in a pod's sandbox.", "runtime"),
    Word("Container runtime", "Pulls images and starts containers when the kubelet asks, over the interface CRI.", "runtime"),
    Word("Control loop", "Compares what is wished with what is, and acts on the difference; again and again.", "kube-controller-manager"),
    Word("Control plane", "The parts that decide: API server, etcd, scheduler, controller manager."),
    Word("Cordon", "Mark a node so that no new pods come; those there stay."),
    Word("CrashLoopBackOff", "A container keeps ending; the kubelet waits longer each time before it starts it again.", "kubelet"),
    Word("DaemonSet", "One pod on every node that may have one.", "kube-controller-manager.daemonset"),
    Word("Deployment", "Replicas of a pod that can be replaced by a new version step by step.", "kube-controller-manager.deployment"),
    Word("Drain", "Empty a node: cordon it, then evict its pods."),
    Word("EndpointSlice", "The addresses of the ready pods behind a Service.", "kube-controller-manager.endpointslice"),
    Word("etcd", "The cluster's memory: every object, and every change as a revision.", "etcd"),
    Word("Eviction", "Ask a pod to leave its node; disruption budgets may refuse."),
    Word("Finalizer", "A name on an object that keeps it from going before somebody has cleaned up."),
    Word("Informer", "A component's own copy of what it cares about, kept true by a watch."),
    Word("Job", "Pods that shall succeed a number of times, then be done.", "kube-controller-manager.job"),
    Word("kube-proxy", "Turns Services into packet rules on its node.", "kube-proxy"),
    Word("kubelet", "The node's own agent: it runs the pods that are bound to its node and says how they are.", "kubelet"),
    Word("Label", "A name and value on an object; selectors find objects by them."),
    Word("Lease", "A node's heartbeat: while the kubelet renews it the node counts as alive.", "kube-controller-manager.nodelifecycle"),
    Word("Manifest", "An object written down as YAML, to be applied."),
    Word("Namespace", "A part of the cluster with its own names, quotas and rights.", "kube-controller-manager.namespace"),
    Word("Node", "A machine that runs pods."),
    Word("Owner reference", "Says whose an object is; without its owner it is collected.", "kube-controller-manager.garbagecollector"),
    Word("Pod", "The smallest thing that runs: one or more containers that share an address."),
    Word("Preemption", "A pod of higher priority takes the place of lower ones.", "kube-scheduler"),
    Word("Probe", "The kubelet's question to a container: are you alive, are you ready?", "kubelet"),
    Word("Quota", "How much a namespace may have of something."),
    Word("RBAC", "Roles say what may be done, bindings say who has which role.", "kube-apiserver"),
    Word("ReplicaSet", "Keeps a number of equal pods.", "kube-controller-manager.replicaset"),
    Word("Revision", "The number of a change in etcd; each object names the one that wrote it last.", "etcd"),
    Word("Rollout", "Replacing the pods of a Deployment by those of a new version.", "kube-controller-manager.deployment"),
    Word("Scheduler", "Finds a node for each pod that has none: filters, then scores.", "kube-scheduler"),
    Word("Secret", "Like a ConfigMap, for what not everybody may read."),
    Word("Selector", "Chooses objects by their labels."),
    Word("Service", "One stable address for changing pods.", "kube-proxy"),
    Word("ServiceAccount", "Who a pod is when it asks the API server.", "kube-controller-manager.serviceaccount"),
    Word("StatefulSet", "Pods with numbers and storage of their own, made and replaced in order.", "kube-controller-manager.statefulset"),
    Word("Taint", "Keeps pods off a node, unless they tolerate it.", "kube-scheduler"),
    Word("Toleration", "Lets a pod onto a node with that taint.", "kube-scheduler"),
    Word("Watch", "A request that stays open: the API server tells each change as it happens.", "kube-apiserver"),
)  # fmt: skip
