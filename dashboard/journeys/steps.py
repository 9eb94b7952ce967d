"""The fourteen steps of a pod's creation, as data: which hop is which step, and the sentence for it.

`source` and `target` are component ids, "client" for whoever asked, or a role ("kubelet") for a node's part. `verb`,
`path` (what it ends with or holds) and `detail` narrow the hop; `answer` says that it answers one; `cause` names the
step whose hop caused it; `after` the step it cannot come before; `listed` that an answered list tells the same (a
component that was away lists instead of watching). Sentences name the pod's own things.
"""

from __future__ import annotations

from dataclasses import dataclass

CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    number: int
    source: str
    target: str
    verb: str
    sentence: str
    path: str = ""
    detail: str = ""
    answer: bool = False
    cause: int = 0
    after: int = 0
    listed: bool = False


API, ETCD, MANAGER, SCHEDULER = "kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler"
KUBELET, RUNTIME = "kubelet", "runtime"
ASK, ANSWERED = (
    "{user} is known and may create pods. May pod {name} be?",
    "Yes: namespace, service account, quota allow it.",
)
STEPS = (
    Step(1, CLIENT, API, "POST", "Please create pod {name}.", path="/pods"),
    Step(2, API, MANAGER, "POST", ASK, path="/admit"),
    Step(3, MANAGER, API, "POST", ANSWERED, path="/admit", answer=True),
    Step(4, API, ETCD, "Txn", "Write {key}, if it is not there yet.", cause=1),
    Step(5, ETCD, API, "Txn", "Done: it is revision {revision}.", answer=True, cause=4),
    Step(6, API, SCHEDULER, "WATCH", "There is a new pod {name} without a node.", detail="ADDED", listed=True),
    Step(7, SCHEDULER, SCHEDULER, "NOTE", "Takes {name} from its queue{fit}.", detail="Dequeue"),
    Step(8, SCHEDULER, API, "POST", "I found a node: {node}{score}.", path="/binding"),
    Step(9, API, KUBELET, "WATCH", "Pod {name} is yours.", listed=True),
    Step(10, KUBELET, RUNTIME, "CreateContainer", "Build the container from image {image}."),
    Step(11, RUNTIME, KUBELET, "StartContainer", "I deployed what I built: it is started.", answer=True, after=10),
    Step(12, KUBELET, API, "PATCH", "Pod {name} {phase}{address}.", path="/status", after=11),
    Step(13, API, ETCD, "Txn", "Update the record of {name}.", cause=12),
    Step(14, API, CLIENT, "WATCH", "Pod {name} {phase}.", after=13, listed=True),
)
REVIEW_STEPS, BOUND_STEPS = (2, 3), (6, 7, 8)
UPSTREAM_NOTE = "Upstream mode: the API server's own admission plugins decide; it asks no controller."
BOUND_NOTE = "The pod names its node itself, so the scheduler has nothing to do."
WAITING_NOTE = "The client has not asked since. The API server tells it as soon as it does."
GONE_NOTE = "The pod was deleted before this."
FORGOTTEN_NOTE = "This message is no longer kept."
HELD_NOTE = "This message is held on the wire until somebody releases it."
LOST_NOTE = "The request got no answer: {who} does not run. Nothing repeats it; the client must ask again."
CUT_NOTE = "KubeLearn was stopped before the answer came, and nothing was written. The client must ask again."
AGAIN_NOTE = "KubeLearn was stopped while this message was on its way; {who} sends it again if it is still needed."
UPSTREAM_TERMS = {
    1: "POST …/pods: authentication (x509, token), audit, API priority and fairness, authorization (RBAC), then admission",
    2: "AdmissionReview to an admission webhook; upstream's own plugins are NamespaceLifecycle, ServiceAccount, ResourceQuota, …",
    3: "AdmissionReview response: allowed, with the uid of the question",
    4: "genericregistry.Store.Create → etcd3: Txn, If mod_revision(key) = 0 Then Put",
    5: "The Txn's header revision becomes the object's resourceVersion",
    6: "The watch cache (cacher) sends an ADDED event; the scheduler's informer has the field selector for pods without a node",
    7: "SchedulingQueue.Pop: activeQ by priority and time; then ScheduleOne: PreFilter, Filter, PreScore, Score, NormalizeScore",
    8: "DefaultBinder: POST pods/binding, after Reserve, Permit and PreBind; AssumePod lets the next cycle go on",
    9: "The kubelet's watch with fieldSelector spec.nodeName=<node>; SyncLoop: ADD from the API source",
    10: "podWorkers → SyncPod → CRI: RunPodSandbox, PullImage, CreateContainer",
    11: "CRI StartContainer returned; the PLEG tells the sync loop that the container runs",
    12: "status_manager: PATCH pods/status with conditions PodScheduled, Initialized, ContainersReady, Ready",
    13: "GuaranteedUpdate: Txn, If mod_revision(key) = <resourceVersion> Then Put",
    14: "A MODIFIED event on the client's own watch (kubectl get -w)",
}
