"""The journeys that are no pod's creation, as data: what begins one, and its steps with their sentences.

A step is a hop among those that the first one caused, at whatever remove (`following`). `source` and `target` are
component ids or roles, as in `steps`; `path` is a part of the hop's path. A step that need not happen is `spare`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.journeys.steps import API, CLIENT, ETCD, KUBELET, MANAGER, RUNTIME, SCHEDULER

PROXY = "kube-proxy"
DEPLOYMENT, REPLICASET, SLICES = f"{MANAGER}.deployment", f"{MANAGER}.replicaset", f"{MANAGER}.endpointslice"
LIFECYCLE, EVICTION = f"{MANAGER}.nodelifecycle", f"{MANAGER}.tainteviction"
CREATE, SCALE, ROLLOUT, DELETE, NODE_LOSS, SERVICE = (
    "create",
    "scale",
    "rollout",
    "delete",
    "node loss",
    "service update",
)
WRITES = ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class Leg:
    """One step. `verbs` are the hop's, any of them; `upstream` says it in upstream's words."""

    source: str
    target: str
    verbs: tuple[str, ...]
    path: str
    sentence: str
    upstream: str
    detail: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of journey: `verbs` and `resource` of the request that begins it, from `source`."""

    name: str
    title: str
    verbs: tuple[str, ...]
    resource: str
    legs: tuple[Leg, ...]
    source: str = CLIENT


_WRITTEN = Leg(API, ETCD, ("Txn",), "/registry/", "Write it down.", "registry.Store → etcd3: Txn with the mod revision")
_NEW_PODS = (
    Leg(
        REPLICASET,
        API,
        ("POST",),
        "/pods",
        "A pod is missing: please create one.",
        "ReplicaSetController.manageReplicas",
    ),
    Leg(
        API, SCHEDULER, ("WATCH",), "pods", "There is a new pod without a node.", "informer of unassigned pods", "ADDED"
    ),
    Leg(SCHEDULER, API, ("POST",), "/binding", "I found a node for it.", "ScheduleOne → DefaultBinder.Bind"),
    Leg(API, KUBELET, ("WATCH",), "pods", "The pod is yours.", "kubelet's pod source: spec.nodeName=<node>"),
    Leg(KUBELET, RUNTIME, ("StartContainer",), "", "Start its container.", "kuberuntime SyncPod → CRI StartContainer"),
    Leg(KUBELET, API, ("PATCH",), "/status", "The pod runs.", "status_manager.syncPod: PATCH pods/status"),
)
_NEW_SET = Leg(
    DEPLOYMENT, API, ("POST",), "/replicasets", "This version needs a ReplicaSet.", "getNewReplicaSet creates it"
)
_RESIZE = Leg(
    DEPLOYMENT, API, ("PUT", "PATCH"), "/replicasets/", "The ReplicaSet shall have another size.", "scaleReplicaSet"
)
_SURPLUS = Leg(
    REPLICASET,
    API,
    ("DELETE",),
    "/pods/",
    "A pod is too many: please delete it.",
    "getPodsToDelete, by rank",
    spare=True,
)
_ASK = "{user} asks: {verb} {resource} {name}."


def _ask(upstream: str) -> Leg:
    return Leg(CLIENT, API, (), "", _ASK, upstream)


def _told(plural: str, detail: str = "") -> Leg:
    words = f"A change of {plural}."
    return Leg(API, MANAGER, ("WATCH",), plural, words, "shared informer → work queue of the loop", detail)


KINDS: tuple[Kind, ...] = (
    Kind(
        CREATE,
        "A Deployment is created",
        ("POST",),
        "deployments",
        (
            _ask("POST apps/v1 deployments"),
            _WRITTEN,
            _told("deployments", "ADDED"),
            _NEW_SET,
            _told("replicasets"),
            *_NEW_PODS,
        ),
    ),
    Kind(
        SCALE,
        "A Deployment is scaled",
        ("PUT", "PATCH"),
        "deployments",
        (
            _ask("PATCH deployments/scale"),
            _WRITTEN,
            _told("deployments"),
            _RESIZE,
            _told("replicasets"),
            _SURPLUS,
            *(replace(leg, spare=True) for leg in _NEW_PODS),
        ),
    ),
    Kind(
        ROLLOUT,
        "A Deployment is rolled out",
        ("PUT", "PATCH"),
        "deployments",
        (
            _ask("PATCH deployments: spec.template"),
            _WRITTEN,
            _told("deployments"),
            _NEW_SET,
            _told("replicasets"),
            *_NEW_PODS,
            _SURPLUS,
        ),
    ),
    Kind(
        DELETE,
        "A pod is deleted",
        ("DELETE",),
        "pods",
        (
            _ask("DELETE pods: graceful deletion"),
            Leg(
                API,
                ETCD,
                ("Txn",),
                "/registry/pods/",
                "Mark it: it may end in its own time.",
                "deletionTimestamp, deletionGracePeriodSeconds",
            ),
            Leg(API, KUBELET, ("WATCH",), "pods", "Your pod is to end.", "kubelet: SyncPodKill"),
            Leg(
                KUBELET,
                RUNTIME,
                ("StopContainer",),
                "",
                "Stop its container: SIGTERM, then SIGKILL.",
                "killContainer with its grace",
            ),
            Leg(KUBELET, RUNTIME, ("RemovePodSandbox",), "", "Remove its sandbox.", "CRI RemovePodSandbox"),
            Leg(
                KUBELET,
                API,
                ("DELETE",),
                "/pods/",
                "It has ended: forget it.",
                "DELETE with gracePeriodSeconds=0 and the uid",
            ),
            Leg(API, ETCD, ("Txn",), "/registry/pods/", "Delete its key.", "etcd3 store: Delete"),
        ),
    ),
    Kind(
        NODE_LOSS,
        "A node is lost",
        ("PUT", "PATCH"),
        "nodes",
        (
            Leg(
                LIFECYCLE,
                API,
                (),
                "",
                "Nothing was heard of {name}: it is unreachable now.",
                "monitorNodeHealth after node-monitor-grace-period",
            ),
            Leg(API, ETCD, ("Txn",), "/registry/minions/", "Write it down.", "taint node.kubernetes.io/unreachable"),
            Leg(
                API,
                MANAGER,
                ("WATCH",),
                "nodes",
                "A node has a new taint.",
                "taint-eviction-controller's informer",
                spare=True,
            ),
            Leg(
                EVICTION,
                API,
                ("DELETE",),
                "/pods/",
                "Its pods do not tolerate this for longer: please delete them.",
                "processPodOnNode, tolerationSeconds",
            ),
        ),
        source=LIFECYCLE,
    ),
    Kind(
        SERVICE,
        "A Service changes",
        WRITES,
        "services",
        (
            _ask("POST or PATCH v1 services"),
            Leg(API, ETCD, ("Txn",), "/registry/services/", "Write it down, with its address.", "ClusterIP allocator"),
            _told("services"),
            Leg(
                SLICES,
                API,
                ("POST", "PUT"),
                "/endpointslices",
                "These pods stand behind it.",
                "EndpointSlice reconciler",
            ),
            Leg(API, PROXY, ("WATCH",), "services", "There is another Service.", "serviceConfig handlers"),
            Leg(
                API,
                PROXY,
                ("WATCH",),
                "endpointslices",
                "There are other endpoints.",
                "endpointSliceConfig → syncProxyRules",
            ),
        ),
    ),
)
