"""The Object panel: a component, a node or a pod, and what can be done to it. Everything here blocks.

Nodes and pods are read from etcd's tables, so they can be looked at while the API server is stopped.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from dashboard.presenters import diagram, journey, objects, revisions, trial, words

VIEWS = (("inside", "How it works"), ("trial", "Why it is needed"))
MORE_VIEWS = {
    component.SCHEDULER: ("what-if", "What if?"),
    "kube-proxy": ("packet", "Follow a packet"),
    component.ETCD: ("keys", "Its keys"),
}
OBJECT_VIEWS = (
    ("facts", "Facts"),
    ("yaml", "YAML"),
    ("history", "History"),
    ("events", "Events"),
    ("family", "Family"),
    ("why", "Why?"),
    ("edit", "Edit"),
)
PAST_VIEWS = OBJECT_VIEWS[:3]
OBJECT = "parts/object.html"


def views(component_id: str) -> list[tuple[str, str]]:
    """The ways in which a component can be looked at."""
    role = component_id.partition(".")[0] if component.node_of(component_id) else component_id
    more = MORE_VIEWS.get(role)
    return [each for each in (*VIEWS, more) if each and (each[0] != "trial" or trial.of(component_id))]


def describe(cluster: RunningCluster, thing_id: str, revision: int = 0) -> dict[str, Any] | None:
    """What `thing_id` is: a component id, `node.<name>`, `pod.<namespace>/<name>`, a key of etcd, or
    `<Kind>/<namespace>/<name>`; None when there is none. Objects as they were at a `revision`."""
    kind, _, rest = thing_id.partition(".")
    if "/" in thing_id and kind != "pod":
        found = _object(cluster, thing_id, revision)
        return found and {**found, "id": thing_id}
    if kind == "node":
        return _node(cluster, rest, revision)
    if kind == "pod":
        return _pod(cluster, rest, revision)
    try:
        state = cluster.component(thing_id)
    except KeyError:
        return None
    found = {
        "id": thing_id,
        "kind": "component",
        "template": "parts/component.html",
        "title": thing_id,
        "words": words.what_is(thing_id),
        "running": state.running,
        "facts": list(_flat(state.inspect)),
        "instances": instances(cluster, thing_id),
        "alone": cluster.row.control_planes > 1 and thing_id in (component.ETCD, component.APISERVER),
    }
    return found


def instances(cluster: RunningCluster, role: str) -> list[dict[str, Any]]:
    """The instances of a component of which one leads: id, node, running, leads; none of others."""
    if role not in component.ELECTED or cluster.row.control_planes == 1:
        return []
    found = []
    for node_name in cluster.control_plane_nodes:
        state = cluster.component(component.instance(role, node_name))
        found.append({"id": state.id, "node": node_name, "running": state.running, **state.inspect})
    return found


def _flat(inspect: dict[str, Any]) -> Any:
    for name, value in inspect.items():
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            continue
        shown = ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else value
        if shown not in ("", None):
            yield name.replace("_", " "), shown


def _node(cluster: RunningCluster, name: str, revision: int) -> dict[str, Any] | None:
    node = revisions.value(cluster.slug, f"/registry/minions/{name}", revision)
    members = [component.kubelet(name), component.kube_proxy(name), component.runtime(name)]
    states = [state for state in cluster.components() if state.id in members]
    if not isinstance(node, dict):
        return None
    shown = diagram.shown("Node", node)
    conditions = (node.get("status") or {}).get("conditions") or []
    return {
        "id": f"node.{name}",
        "kind": "node",
        "template": OBJECT,
        "top": "parts/node.html",
        "object": node,
        "key": f"/registry/minions/{name}",
        "title": name,
        "name": name,
        "shown": shown,
        "running": any(state.running for state in states),
        "cut_off": any(each.id == f"network.{name}" for each in cluster.faults.listed()),
        "parts": states,
        "conditions": conditions,
        "facts": [("role", shown["role"]), ("taints", ", ".join(shown["taints"]) or "none")],
    }


def _pod(cluster: RunningCluster, key: str, revision: int) -> dict[str, Any] | None:
    pod = revisions.value(cluster.slug, f"/registry/pods/{key}", revision)
    if not isinstance(pod, dict):
        return None
    namespace, _, name = key.partition("/")
    shown, status = diagram.shown("Pod", pod), pod.get("status") or {}
    containers = [
        {
            "name": each.get("name", ""),
            "image": each.get("image", ""),
            "state": next(iter(each.get("state") or {"waiting": {}})),
            "restarts": each.get("restartCount", 0),
        }
        for each in status.get("containerStatuses") or ()
    ]
    return {
        "id": f"pod.{key}",
        "kind": "pod",
        "template": OBJECT,
        "top": "parts/pod.html",
        "object": pod,
        "key": f"/registry/pods/{key}",
        "title": name,
        "name": name,
        "namespace": namespace,
        "uid": shown["uid"],
        "shown": shown,
        "has_journey": journey.by_uid(cluster, shown["uid"]) is not None,
        "containers": containers,
        "facts": [
            ("namespace", namespace),
            ("node", shown["node"] or "none yet"),
            ("address", status.get("podIP") or "none yet"),
            ("labels", ", ".join(f"{k}={v}" for k, v in (pod["metadata"].get("labels") or {}).items()) or "none"),
        ],
    }


def _object(cluster: RunningCluster, thing_id: str, revision: int) -> dict[str, Any] | None:
    """Any object, by its key in etcd or by `<Kind>/<namespace>/<name>`; pods and nodes are shown as such."""
    key = thing_id if thing_id.startswith(objects.ROOT) else ""
    if not key:
        kind, _, rest = thing_id.partition("/")
        namespace, _, name = rest.rpartition("/")
        key = objects.key_of(cluster, kind, namespace, name)
    for prefix, describe_it in (("/registry/pods/", _pod), ("/registry/minions/", _node)):
        if key.startswith(prefix):
            return describe_it(cluster, key.removeprefix(prefix), revision)
    obj = revisions.value(cluster.slug, key, revision) if key else None
    if not isinstance(obj, dict) or not isinstance(obj.get("metadata"), dict):
        return None
    metadata = obj["metadata"]
    labels = ", ".join(f"{k}={v}" for k, v in (metadata.get("labels") or {}).items())
    return {
        "id": key,
        "kind": "object",
        "template": OBJECT,
        "title": f"{obj.get('kind', '')} {metadata.get('name', '')}",
        "object": obj,
        "key": key,
        "facts": [
            ("kind", f"{obj.get('apiVersion', '')} {obj.get('kind', '')}"),
            ("namespace", meta.namespace_of(obj) or "none: it is the cluster's"),
            ("created", metadata.get("creationTimestamp", "")),
            ("revision", metadata.get("resourceVersion", "") or "see History"),
            ("labels", labels or "none"),
        ],
    }


def key_of(cluster: RunningCluster, thing_id: str) -> str:
    """The etcd key that an object's id stands for, whether there is one or not; "" for a component."""
    kind, _, rest = thing_id.partition(".")
    if thing_id.startswith(objects.ROOT):
        return thing_id
    if "/" in thing_id and kind != "pod":
        kind, _, rest = thing_id.partition("/")
        namespace, _, name = rest.rpartition("/")
        return objects.key_of(cluster, kind, namespace, name)
    return {"pod": f"/registry/pods/{rest}", "node": f"/registry/minions/{rest}"}.get(kind, "")
