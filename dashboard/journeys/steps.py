"""The fourteen steps of a pod's creation, as data: which hop is which step, and the sentence for it.

`source` and `target` are component ids, "client" for whoever asked, or a role ("kubelet") for a node's part. `verb`,
`path` (what it ends with or holds) and `answer` narrow the hop. Sentences name the pod's own things.
"""

from __future__ import annotations

from dataclasses import dataclass

CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `cause` names the step whose hop caused this one."""

    number: int
    source: str
    target: str
    verb: str
    sentence: str
    path: str = ""
    detail: str = ""
    answer: bool = False
    cause: int = 0


API, ETCD, MANAGER, SCHEDULER = "kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler"
STEPS = (
    Step(1, CLIENT, API, "POST", "Please create pod {name}.", path="/pods"),
    Step(
        2,
        API,
        MANAGER,
        "POST",
        "{user} is known and may create pods. Controller manager: may pod {name} be?",
        path="/admit",
    ),
    Step(
        3,
        MANAGER,
        API,
        "POST",
        "Yes: the namespace is active, the service account exists, the quota has room.",
        path="/admit",
        answer=True,
    ),
    Step(4, API, ETCD, "Txn", "Write {key}, if it is not there yet.", cause=1),
    Step(5, ETCD, API, "Txn", "Done: it is revision {revision}.", answer=True, cause=4),
    Step(6, API, SCHEDULER, "WATCH", "There is a new pod {name} without a node.", detail="ADDED"),
    Step(7, SCHEDULER, SCHEDULER, "NOTE", "Takes {name} from its queue and looks for a node.", detail="Dequeue"),
    Step(8, SCHEDULER, API, "POST", "I found a node: {node}.", path="/binding"),
    Step(9, API, "kubelet", "WATCH", "Pod {name} is yours."),
    Step(10, "kubelet", "runtime", "CreateContainer", "Build the container from image {image}."),
    Step(11, "runtime", "kubelet", "StartContainer", "The container is started.", answer=True),
    Step(12, "kubelet", API, "PATCH", "Pod {name} runs; here are its address and state.", path="/status"),
    Step(13, API, ETCD, "Txn", "Update the record of {name}.", cause=12),
    Step(14, API, CLIENT, "", "Pod {name} is running."),
)
UPSTREAM_NOTE = "In upstream mode the API server's own admission plugins decide; it asks no controller."
BOUND_NOTE = "The pod names its node itself, so the scheduler has nothing to do."
WAITING_NOTE = "The client has not asked since; the API server tells it when it does."
