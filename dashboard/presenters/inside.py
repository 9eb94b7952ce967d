"""A component, opened: how it works, as its own inspection pages and its last messages tell. Everything here blocks.

Each reader gives what its template (`templates/parts/inside/<name>.html`) draws; a component that does not run has no
inside to show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire import component
from dashboard.presenters import revisions
from dashboard.presenters.looking import look

RATE_SECONDS, LAST, WATCHERS_SHOWN = 60.0, 8, 12
STAGE_WORDS = {
    "parse": "what is asked",
    "authenticate": "who asks",
    "prioritize": "whose turn",
    "authorize": "may they",
    "serve": "read, or go on",
    "decode": "read the body",
    "admit": "admission",
    "validate": "validation",
    "store": "etcd",
}

Found = dict[str, Any]


def inside(cluster: RunningCluster, component_id: str) -> Found | None:
    """What is inside a component now, with its `template`; None when it is closed or has none."""
    name = component_id.partition(".")[0] if component.node_of(component_id) else component_id
    reader = READERS.get(name)
    found = reader(cluster, component_id) if reader is not None else None
    return None if found is None else {"template": f"parts/inside/{name}.html", **found}


def _api_server(cluster: RunningCluster, component_id: str) -> Found | None:
    requests = look(cluster, component_id, "/debug/requests")
    if requests is None:
        return None
    by_stage = Counter(call["stage"] for call in requests["now"])
    road = [{"name": name, "words": STAGE_WORDS[name], "count": by_stage[name]} for name in requests["road"]]
    watches = look(cluster, component_id, "/debug/watches") or []
    for each in watches:
        clients = Counter(watcher["client"] for watcher in each["watchers"])
        each["clients"] = [*clients.most_common(WATCHERS_SHOWN)]
        each["more"] = len(clients) - len(each["clients"])
    return {
        "road": road,
        "now": requests["now"][:LAST],
        "served": requests["served"],
        "watches": watches,
        "rates": _rates(cluster, component_id),
        "config": look(cluster, component_id, "/configz") or {},
    }


def _rates(cluster: RunningCluster, component_id: str) -> list[Found]:
    """Requests of the last minute of cluster time that are still known, by verb: how many, how slow, how many refused."""
    since = cluster.clock.now() - RATE_SECONDS
    asked = query.hops(cluster.wire, Filter(target=component_id, since=since, limit=query.MOST))
    by_verb: dict[str, list[Found]] = {}
    for hop in asked:
        if not hop["answers"] and hop["verb"] not in ("WATCH", "NOTE"):
            by_verb.setdefault(hop["verb"], []).append(hop)
    rows = []
    for verb, hops in sorted(by_verb.items(), key=lambda item: -len(item[1])):
        slow = sorted(hop["latency_seconds"] for hop in hops)
        refused = sum(hop["outcome"][:1] in ("4", "5") for hop in hops)
        rows.append(
            {"verb": verb, "count": len(hops), "p50": slow[len(slow) // 2], "max": slow[-1], "refused": refused}
        )
    return rows


def _scheduler(cluster: RunningCluster, component_id: str) -> Found | None:
    queues = look(cluster, component_id, "/debug/queues")
    if queues is None:
        return None
    columns = [
        {"name": name, "count": count, "pods": [pod for pod in queues["pods"] if pod["place"] == name]}
        for name, count in queues["counts"].items()
    ]
    for pod in queues["pods"]:
        pod["wait"] = max(0.0, pod["until"] - queues["time"]) if pod["until"] else 0.0
    kept = query.decisions(cluster.slug, limit=LAST)
    return {"queues": columns, "decisions": [decision_table(each) for each in kept], "profile": queues}


def decision_table(decision: Found) -> Found:
    """A decision as rows of nodes: each plugin's score, or why the node was refused; the winner first."""
    scores = decision.get("scores") or {}
    plugins = sorted({plugin for row in scores.values() for plugin in row if plugin != "total"})
    rows: list[Found] = [
        {
            "node": node,
            "won": node == decision.get("node"),
            "total": row.get("total", 0),
            "scores": [row.get(plugin, 0) for plugin in plugins],
            "reasons": [],
        }
        for node, row in scores.items()
    ]
    rows.sort(key=lambda row: (not row["won"], -row["total"], row["node"]))
    refused = [{"node": node, "reasons": reasons} for node, reasons in (decision.get("reasons") or {}).items()]
    return {**decision, "plugins": plugins, "rows": rows, "refused": refused}


def _controller_manager(cluster: RunningCluster, component_id: str) -> Found | None:
    loops = look(cluster, component_id, "/debug/loops")
    if loops is None:
        return None
    return {"loops": [{**loop, "id": component.loop(loop["name"])} for loop in loops]}


def wishes(cluster: RunningCluster, loop: str) -> Found:
    """One loop's objects: wished and actual."""
    return look(cluster, component.CONTROLLER_MANAGER, "/debug/wishes", loop=loop) or {"rows": [], "counted": ""}


def _etcd(cluster: RunningCluster, component_id: str) -> Found | None:
    store = look(cluster, component_id, "/debug/store")
    if store is None:
        return None
    return {"store": store, "revisions": revisions.revisions(cluster.slug, "", 0, LAST)}


def _kubelet(cluster: RunningCluster, component_id: str) -> Found | None:
    pods = look(cluster, component_id, "/debug/pods")
    if pods is None:
        return None
    told = query.hops(cluster.wire, Filter(source=component_id, verb="PATCH", resource="pods", limit=query.MOST))
    last = {f"{hop['subject']['namespace']}/{hop['subject']['name']}": hop for hop in told}
    for each in pods["pods"]:
        each["told"] = last.get(each["pod"])
        each["wait"] = max(0.0, each["nextAt"] - pods["time"]) if each["nextAt"] else 0.0
    return {**pods, "config": look(cluster, component_id, "/configz") or {}}


def _runtime(cluster: RunningCluster, component_id: str) -> Found | None:
    state = look(cluster, component_id, "/debug/state")
    if state is None:
        return None
    for sandbox in state["sandboxes"]:
        sandbox["containers"] = [each for each in state["containers"] if each["podSandboxId"] == sandbox["id"]]
    asked = query.hops(cluster.wire, Filter(target=component_id, limit=LAST * 4))
    calls = [hop for hop in reversed(asked) if hop["verb"] != "Status" and not hop["answers"]][:LAST]
    return {**state, "calls": calls}


def _kube_proxy(cluster: RunningCluster, component_id: str) -> Found | None:
    return look(cluster, component_id, "/debug/rules")


READERS: dict[str, Callable[[RunningCluster, str], Found | None]] = {
    component.APISERVER: _api_server,
    component.SCHEDULER: _scheduler,
    component.CONTROLLER_MANAGER: _controller_manager,
    component.ETCD: _etcd,
    "kubelet": _kubelet,
    "runtime": _runtime,
    "kube-proxy": _kube_proxy,
}
