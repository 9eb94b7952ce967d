"""A deployment's arithmetic and objects; pure. Models: pkg/controller/deployment/util/deployment_util.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import go_dump, intstr, meta
from cluster.apimachinery.meta import Obj

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED, MAX = "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas"
UNCOPIED = (
    REVISION,
    DESIRED,
    MAX,
    "kubectl.kubernetes.io/last-applied-configuration",
    HISTORY,
    "deprecated.deployment.rollback.to",
)


def replicas(obj: Obj) -> int:
    return obj["spec"].get("replicas") or 0


def actual(obj: Obj) -> int:
    return (obj.get("status") or {}).get("replicas") or 0


def available(obj: Obj) -> int:
    return (obj.get("status") or {}).get("availableReplicas") or 0


def revision(obj: Obj) -> int:
    text = meta.annotations_of(obj).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def limits(deployment: Obj) -> tuple[int, int]:
    """(maxSurge, maxUnavailable) as counts. Models: deployment_util.go ResolveFenceposts"""
    rolling, total = deployment["spec"]["strategy"].get("rollingUpdate") or {}, deployment["spec"]["replicas"]
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return 0, 0
    surge = intstr.scaled(rolling.get("maxSurge", 0), total, round_up=True)
    unavailable = intstr.scaled(rolling.get("maxUnavailable", 0), total, round_up=False)
    return (surge, 1) if surge == 0 and unavailable == 0 else (surge, min(unavailable, total))


# --- the new ReplicaSet ---------------------------------------------------------------------------------------------


def template_hash(deployment: Obj) -> str:
    return go_dump.template_hash(deployment["spec"]["template"], (deployment.get("status") or {}).get("collisionCount"))


def set_for(deployment: Obj, revision: str, old: list[Obj]) -> Obj:
    spec, found = deployment["spec"], template_hash(deployment)
    template = spec["template"]
    labelled = {**(template.get("metadata") or {}).get("labels", {}), HASH: found}
    surge, _ = limits(deployment)
    running = sum(replicas(each) for each in old)
    recreate = spec["strategy"]["type"] == "Recreate"
    count = spec["replicas"] if recreate else max(0, min(spec["replicas"], spec["replicas"] + surge - running))
    annotations = {key: value for key, value in meta.annotations_of(deployment).items() if key not in UNCOPIED}
    annotations |= {REVISION: revision, DESIRED: str(spec["replicas"]), MAX: str(spec["replicas"] + surge)}
    selector = spec["selector"]
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta.name_of(deployment)}-{found}",
            "labels": labelled,
            "annotations": annotations,
            "ownerReferences": [meta.controller_reference(deployment)],
        },
        "spec": {
            "replicas": count,
            **({"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}),
            "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH: found}},
            "template": {**template, "metadata": {**(template.get("metadata") or {}), "labels": labelled}},
        },
    }


def new_set(deployment: Obj, owned: list[Obj]) -> Obj | None:
    """The set of the deployment's own template; the oldest when several are."""
    wanted = deployment["spec"]["template"]
    for each in sorted(owned, key=lambda found: found["metadata"]["creationTimestamp"]):
        template = each["spec"]["template"]
        found = {key: value for key, value in meta.labels_of(template).items() if key != HASH}
        if {**template, "metadata": {**template["metadata"], "labels": found}} == wanted:
            return each
    return None


# --- scaling --------------------------------------------------------------------------------------------------------


def is_scaling(deployment: Obj, sets: list[Obj]) -> bool:
    """Has the wanted count changed since the sets were last sized? Models: sync.go isScalingEvent"""
    wanted = str(deployment["spec"]["replicas"])
    return any(replicas(each) and meta.annotations_of(each).get(DESIRED, wanted) != wanted for each in sets)


def proportions(deployment: Obj, sets: list[Obj]) -> dict[str, int]:
    """Set name → its new size, when a deployment is scaled while several of its sets run: each grows or shrinks by its
    share, what is left over goes to the first. Models: sync.go scale, deployment_util.go GetReplicaSetProportion"""
    allowed = deployment["spec"]["replicas"] + (limits(deployment)[0] if deployment["spec"]["replicas"] else 0)
    total = sum(replicas(each) for each in sets)
    left = allowed - total
    newest = sorted(sets, key=_name_and_age, reverse=True)
    order = sorted(newest, key=replicas, reverse=True)
    sizes: dict[str, int] = {}
    added = 0
    for each in order:
        size = replicas(each)
        if left:
            share = _share(deployment, each, left, added)
            size, added = size + share, added + share
        sizes[meta.name_of(each)] = size
    if order and left:
        first = meta.name_of(order[0])
        sizes[first] = max(0, sizes[first] + left - added)
    return sizes


def _share(deployment: Obj, each: Obj, left: int, added: int) -> int:
    fraction = _fraction(deployment, each)
    allowed = left - added
    return min(fraction, allowed) if left > 0 else max(fraction, allowed)


def _fraction(deployment: Obj, each: Obj) -> int:
    """How much of a change is a set's. Models: getReplicaSetFraction"""
    wanted, size = deployment["spec"]["replicas"], replicas(each)
    if not wanted:
        return -size
    most = wanted + limits(deployment)[0]
    before = int(meta.annotations_of(each).get(MAX) or 0)
    if not before:
        return 0
    return int(size * most / before + 0.5) - size


def _name_and_age(each: Obj) -> tuple[str, str]:
    return each["metadata"]["creationTimestamp"], meta.name_of(each)
