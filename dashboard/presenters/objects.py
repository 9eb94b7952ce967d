"""Any object of any kind: where it is kept, what it was, what happened to it, who owns it. Everything here blocks.

Objects are read from etcd's tables by their key, so that they can be looked at while the API server is stopped.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.kubeadm.running import RunningCluster
from dashboard.presenters import difference, revisions

ROOT = "/registry/"
SHOWN, DEEPEST, MOST_EVENTS, CONDITION_REVISIONS = 50, 3, 40, 200

Obj = dict[str, Any]
Found = dict[str, Any]


def key_of(cluster: RunningCluster, kind: str, namespace: str, name: str, api_version: str = "") -> str:
    """The etcd key of an object; "" when the kind is not served."""
    found = cluster.registry.of_object(api_version, kind) if api_version else None
    try:
        found = found or cluster.registry.kind(kind)
    except KeyError:
        return ""
    return found.key(namespace if found.namespaced else "", name)


def folder(cluster: RunningCluster, prefix: str) -> Found:
    """One level of the key tree: what lies under `prefix`, with how many keys each."""
    if not prefix.startswith(ROOT):
        prefix = ROOT
    parts = prefix.strip("/").split("/")
    trail = [{"name": part, "prefix": f"/{'/'.join(parts[: index + 1])}/"} for index, part in enumerate(parts)]
    return {"prefix": prefix, "trail": trail, "entries": revisions.folder(cluster.slug, prefix)}


def history(cluster: RunningCluster, key: str, old: int, new: int) -> Found:
    """The revisions of a key, newest first, and what differs between two of them (by default the last two)."""
    rows = revisions.revisions(cluster.slug, key, 0, SHOWN)
    numbers = [row["revision"] for row in rows]
    new = new if new in numbers else (numbers[0] if numbers else 0)
    earlier = [number for number in numbers if number < new]
    old = old if old in numbers and old != new else (earlier[0] if earlier else 0)
    try:
        before = revisions.value(cluster.slug, key, old) if old else None
        after = revisions.value(cluster.slug, key, new) if new else None
        lines, fault = difference.lines(before, after), ""
    except revisions.EtcdError as error:
        lines, fault = [], str(error)
    return {"rows": rows, "old": old, "new": new, "lines": lines, "fault": fault}


def conditions(cluster: RunningCluster, key: str) -> list[Found]:
    """When which condition became what, newest first, from the key's history."""
    told: dict[str, tuple[Any, Any]] = {}
    found: list[Found] = []
    for row, value in reversed(revisions.history(cluster.slug, key, CONDITION_REVISIONS)):
        status = value.get("status") if isinstance(value, dict) else None
        for each in (status or {}).get("conditions") or () if isinstance(status, dict) else ():
            now = (each.get("status"), each.get("reason"))
            if told.get(each.get("type")) != now:
                told[each.get("type")] = now
                names = ("type", "status", "reason", "message")
                found.append({**{name: each.get(name) or "" for name in names}, **row})
    return found[::-1][:SHOWN]


def events(cluster: RunningCluster, obj: Obj) -> list[Found]:
    """The Events about an object, newest first."""
    uid, namespace = meta.uid_of(obj), meta.namespace_of(obj) or "default"
    found = []
    for event in revisions.holding(cluster.slug, f"/registry/events/{namespace}/", uid):
        about = event.get("involvedObject") or event.get("regarding") or {}
        if about.get("uid") == uid:
            source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
            time = event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp") or ""
            words = {name: event.get(name) or "" for name in ("type", "reason", "message")}
            found.append({**words, "time": time, "source": source, "count": event.get("count") or 1})
    return sorted(found, key=lambda event: str(event["time"]), reverse=True)[:MOST_EVENTS]


def family(cluster: RunningCluster, obj: Obj) -> Found:
    """Who owns it, up to the first, and what it owns, as a tree."""
    owners, current = [], obj
    while (owner := meta.controller_of(current)) is not None and len(owners) < DEEPEST * 2:
        key = key_of(cluster, owner["kind"], meta.namespace_of(current), owner["name"], owner.get("apiVersion", ""))
        parent = revisions.value(cluster.slug, key, 0) if key else None
        there = isinstance(parent, dict) and meta.uid_of(parent) == owner.get("uid")
        owners.append({"kind": owner["kind"], "name": owner["name"], "key": key if there else "", "gone": not there})
        if not there:
            break
        current = parent
    return {"owners": owners[::-1], "dependants": _dependants(cluster, meta.uid_of(obj), DEEPEST)}


def _dependants(cluster: RunningCluster, uid: str, depth: int) -> list[Found]:
    found = []
    for obj in revisions.holding(cluster.slug, ROOT, uid) if uid and depth else ():
        metadata = obj.get("metadata") or {}
        if any(each.get("uid") == uid for each in metadata.get("ownerReferences") or ()):
            kind, name = str(obj.get("kind") or ""), str(metadata.get("name") or "")
            key = key_of(cluster, kind, metadata.get("namespace") or "", name, str(obj.get("apiVersion") or ""))
            below = _dependants(cluster, str(metadata.get("uid") or ""), depth - 1)
            found.append({"kind": kind, "name": name, "key": key, "below": below})
    return sorted(found, key=lambda each: (each["kind"], each["name"]))[:SHOWN]


def tree(value: Any) -> list[Found]:
    """An object as nested lines that fold: each {"name", "text"} or {"name", "below"}."""
    if isinstance(value, dict):
        return [_branch(str(name), each) for name, each in value.items()]
    return [_branch("-", each) for each in value]


def _branch(name: str, value: Any) -> Found:
    if isinstance(value, dict | list) and value:
        return {"name": name, "below": tree(value), "closed": name == "managedFields", "count": len(value)}
    text = difference.as_yaml(value).strip().removesuffix("...").strip() if not isinstance(value, str) else value
    return {"name": name, "text": text if text or value is None else '""'}
