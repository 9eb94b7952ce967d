"""Putting the cluster back to a revision: what would change, and the requests that change it.

History is never rewritten: what differs is created, updated and deleted through the API server, as the person who asks,
and gets new revisions. What components own is left to them: status, leases, events, endpoints, what a controller made,
and the fields in OWNED. Everything here but `carry_out` blocks.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cluster.apimachinery import meta
from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload
from dashboard.permission import groups_of
from dashboard.presenters import editing, revisions

Obj = dict[str, Any]
ROOT = "/registry/"
COMPONENTS = (
    "Event",
    "Lease",
    "Endpoints",
    "EndpointSlice",
    "ControllerRevision",
    "CSINode",
    "CSIStorageCapacity",
    "CertificateSigningRequest",
    "VolumeAttachment",
    "IPAddress",
)
"""Kinds that only components write."""
UID = "batch.kubernetes.io/controller-uid"
EVERYWHERE = (
    ("status",),
    ("metadata", "resourceVersion"),
    ("metadata", "uid"),
    ("metadata", "creationTimestamp"),
    ("metadata", "generation"),
    ("metadata", "managedFields"),
    ("metadata", "ownerReferences"),
    ("metadata", "finalizers"),
    ("metadata", "annotations", "deployment.kubernetes.io/revision"),
)
OWNED: dict[str, tuple[tuple[str, ...], ...]] = {
    "Pod": (("spec", "nodeName"),),
    "Node": (("spec", "podCIDR"), ("spec", "podCIDRs"), ("spec", "providerID")),
    "Namespace": (("spec", "finalizers"),),
    "PersistentVolume": (("spec", "claimRef"),),
    "PersistentVolumeClaim": (
        ("spec", "volumeName"),
        ("metadata", "annotations", "pv.kubernetes.io/bind-completed"),
        ("metadata", "annotations", "pv.kubernetes.io/bound-by-controller"),
        ("metadata", "annotations", "volume.kubernetes.io/selected-node"),
    ),
    "Job": (
        ("spec", "selector"),
        *(
            (*where, name)
            for where in (("metadata", "labels"), ("spec", "template", "metadata", "labels"))
            for name in (UID, "controller-uid")
        ),
    ),
}
LIFECYCLE_TAINT = "node.kubernetes.io/"
FIRST = ("Namespace", "CustomResourceDefinition", "PriorityClass", "ServiceAccount", "Node", "ConfigMap", "Secret")
LAST = ("Pod",)


@dataclass(slots=True)
class Change:
    """`how` is "create", "update" or "delete"; `fault` is why it could not be done, `done` that it was."""

    how: str
    key: str
    kind: str
    name: str
    obj: Obj
    fault: str = ""
    done: bool = False


@dataclass(slots=True)
class Plan:
    revision: int
    changes: list[Change] = field(default_factory=list)
    fault: str = ""

    def count(self, how: str) -> int:
        return sum(change.how == how for change in self.changes)


def plan(cluster: RunningCluster, revision: int) -> Plan:
    """What would have to change; a `fault` when that revision cannot be read."""
    found = Plan(revision)
    newest = revisions.counters(cluster.slug)["revision"]
    if not 0 < revision <= newest:
        found.fault = _("Choose a revision from 1 to %(newest)s.") % {"newest": newest}
        return found
    try:
        then, now = (revisions.values_at(cluster.slug, ROOT, each) for each in (revision, newest))
    except revisions.EtcdError as error:
        found.fault = str(error)
        return found
    found.changes = changes({key: value for key, (_row, value) in then.items()}, now)
    return found


def changes(then: dict[str, Any], now: dict[str, tuple[int, Any]]) -> list[Change]:
    """From the objects by key as they were, and (revision, object) as they are. Pure."""
    found = []
    for key, old in then.items():
        if not _is_a_persons(old) or meta.is_being_deleted(old):
            continue
        row, current = now.get(key, (0, None))
        if current is None or meta.is_being_deleted(current):
            found.append(_change("create", key, as_now(old, {})))
        elif (wanted := as_now(old, current)) != current:
            wanted["metadata"]["resourceVersion"] = str(row)
            found.append(_change("update", key, wanted))
    for key, (_row, current) in now.items():
        if key not in then and _is_a_persons(current) and not meta.is_being_deleted(current):
            found.append(_change("delete", key, current))
    going = {change.name for change in found if change.how == "delete" and change.kind == "Namespace"}
    left = [each for each in found if each.how != "delete" or each.obj["metadata"].get("namespace") not in going]
    return sorted(left, key=_order)


def _order(change: Change) -> tuple[int, int, str]:
    """Creations, updates, deletions; what others need first among those made, last among those deleted."""
    rank = FIRST.index(change.kind) if change.kind in FIRST else len(FIRST) + (change.kind in LAST)
    how = ("create", "update", "delete").index(change.how)
    return how, -rank if change.how == "delete" else rank, change.key


def _change(how: str, key: str, obj: Obj) -> Change:
    namespace, name = obj["metadata"].get("namespace", ""), obj["metadata"]["name"]
    return Change(how, key, obj["kind"], f"{namespace}/{name}" if namespace else name, obj)


def _is_a_persons(obj: Any) -> bool:
    if not isinstance(obj, dict) or not isinstance(obj.get("metadata"), dict) or "apiVersion" not in obj:
        return False
    return obj["kind"] not in COMPONENTS and meta.controller_of(obj) is None


def as_now(old: Obj, current: Obj) -> Obj:
    """The old object with what components own as it is now; without it where there is no current one."""
    found = copy.deepcopy(old)
    for path in (*EVERYWHERE, *OWNED.get(old["kind"], ())):
        _take(found, current, path)
    if old["kind"] == "Node":
        _taint(found, current)
    return found


def _taint(node: Obj, current: Obj) -> None:
    """A person's taints as they were, those of the node lifecycle as they are."""
    then, now = ((each.get("spec") or {}).get("taints") or [] for each in (node, current))
    kept = [taint for taint in then if not taint["key"].startswith(LIFECYCLE_TAINT)]
    kept += [taint for taint in now if taint["key"].startswith(LIFECYCLE_TAINT)]
    if sorted(map(str, kept)) == sorted(map(str, now)):
        kept = now  # the order says nothing
    if kept:
        node.setdefault("spec", {})["taints"] = kept
    else:
        node.get("spec", {}).pop("taints", None)


def _take(obj: Obj, current: Any, steps: tuple[str, ...]) -> None:
    """Set obj's field at `steps` to what `current` has there, or remove it when that has none."""
    first, *rest = steps
    given = current.get(first) if isinstance(current, dict) else None
    if rest:
        below = obj.get(first)
        if not isinstance(below, dict):
            if not isinstance(given, dict):
                return
            below = obj[first] = {}
        _take(below, given, rest)
        if not below and not given:
            del obj[first]
    elif given is None:
        obj.pop(first, None)
    else:
        obj[first] = given


# --- doing it ----------------------------------------------------------------------------------------------------------


async def carry_out(cluster: RunningCluster, user: str, planned: Plan) -> None:
    """Ask the API server for each change; each says what became of it."""
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    for change in planned.changes:
        try:
            await _ask(cluster, client, change)
            change.done = True
        except ApiError as error:
            gone = change.how == "delete" and error.code == 404
            change.done, change.fault = gone, "" if gone else error.message
        except ConnectionLost as error:
            change.fault = _("The API server did not answer: %(error)s.") % {"error": error}


async def _ask(cluster: RunningCluster, client: Client, change: Change) -> None:
    path = editing.path_of(cluster, change.key, change.obj)
    if change.how == "create":
        await client.request("POST", path.rpartition("/")[0], body=Payload(object=change.obj))
    elif change.how == "update":
        await client.request("PUT", path, body=Payload(object=change.obj))
    else:
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
        await client.request("DELETE", path, body=Payload(object=options))
