"""Why? Of an object: why it is there, where it is, as it is, or gone. Each answer is a chain of sentences, and each
sentence that a message stands behind opens it: causes are walked up in the kept hops, never guessed.

Everything here blocks, but `sentence`.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.wire import component
from dashboard.presenters import diagram, messages, revisions

MOST_ROWS = 1_000
NOT_KEPT = "The message behind it is no longer kept."
ASKED = {"POST": "asked to create", "PUT": "asked to replace", "PATCH": "asked to change", "DELETE": "asked to delete"}
Link = dict[str, Any]
Answer = dict[str, Any]


def answers(cluster: RunningCluster, key: str, obj: dict[str, Any] | None) -> list[Answer]:
    """Every question that the object raises now, answered."""
    rows = revisions.revisions(cluster.slug, key, 0, MOST_ROWS)
    if obj is None:
        return [_of_row(cluster, "Why is it gone?", rows[0])] if rows and rows[0]["deleted"] else []
    found = _of_pod(cluster, obj) if key.startswith("/registry/pods/") else []
    if meta.is_being_deleted(obj):
        found.append(_of_row(cluster, "Why is it being deleted?", _when_marked(cluster, key, rows)))
    first = next((row for row in rows if row["version"] == 1), None)
    found.append(_of_row(cluster, "Why is it there?", first))
    if rows and rows[0] is not first:
        found.append(_of_row(cluster, "Why did it change last?", rows[0]))
    return [answer for answer in found if answer["links"]]


def sentence(hop: dict[str, Any]) -> str:
    """A message in plain words."""
    subject, verb = hop["subject"], hop["verb"]
    what = " ".join(filter(None, (subject["resource"], subject["name"]))) or hop["path"]
    if subject["subresource"]:
        what = f"the {subject['subresource']} of {what}"
    if verb == "NOTE":
        words = {"Dequeue": "took it from its queue", "Decide": "decided where it goes"}
        return f"{hop['source']} {words.get(hop['detail'], hop['detail'])}: {subject['name']}."
    if verb == "WATCH":
        told = {
            "ADDED": "there is",
            "MODIFIED": "changed is",
            "DELETED": "gone is",
            "PUT": "written is",
            "DELETE": "gone is",
        }
        return f"{hop['source']} told {hop['target']}: {told.get(hop['detail'], hop['detail'])} {what}."
    if hop["target"] == component.ETCD:
        return (
            f"{hop['source']} wrote {hop['path']}{' as revision ' + str(hop['revision']) if hop['revision'] else ''}."
        )
    if verb in ASKED:
        return f"{hop['source']} {ASKED[verb]} {what}; the answer was {hop['outcome']}."
    return f"{hop['source']} asked {hop['target']}: {verb} {what}; the answer was {hop['outcome']}."


# --- pods --------------------------------------------------------------------------------------------------------------


def _of_pod(cluster: RunningCluster, pod: dict[str, Any]) -> list[Answer]:
    status, node = pod.get("status") or {}, pod["spec"].get("nodeName")
    found = [_of_node(cluster, pod, node)]
    phase = status.get("phase", "Pending")
    if phase == "Pending":
        found.append({"question": "Why is it Pending?", "links": _of_waiting(cluster, pod, node)})
    for each in status.get("containerStatuses") or ():
        if each.get("restartCount"):
            found.append(_of_restarts(each))
    return found


def _of_node(cluster: RunningCluster, pod: dict[str, Any], node: str | None) -> Answer:
    decided = query.decisions(cluster.slug, meta.namespace_of(pod), meta.name_of(pod), 20)
    mine = [each for each in decided if each["uid"] == meta.uid_of(pod)]
    if node is None:
        links = [
            _link(f"The scheduler looked at {each['evaluated']} nodes: {each['message']}", each["hop"])
            for each in mine[:1]
        ]
        return {"question": "Why has it no node?", "links": links or [_link(*_no_decision(cluster))]}
    chosen = next((each for each in mine if each["node"] == node), None)
    question = f"Why is it on {node}?"
    if chosen is None:
        return {
            "question": question,
            "links": [_link(f"No decision for {node} is kept; or the pod named the node itself.")],
        }
    links = [
        _link(
            f"The scheduler looked at {chosen['evaluated']} nodes, and {chosen['feasible']} could take it.",
            chosen["hop"],
        )
    ]
    for name, reasons in list((chosen.get("reasons") or {}).items())[:5]:
        links.append(_link(f"{name} could not: {'; '.join(reasons)}."))
    scores = {name: row.get("total", 0) for name, row in (chosen.get("scores") or {}).items()}
    if scores:
        equals = [name for name, total in scores.items() if total == scores.get(node)]
        how = (
            "the best score"
            if len(equals) == 1
            else f"the best score with {len(equals) - 1} others, and chance chose it"
        )
        links.append(_link(f"{node} had {scores.get(node)}: {how}."))
    return {"question": question, "links": links}


def _no_decision(cluster: RunningCluster) -> tuple[str]:
    if not cluster.component(component.SCHEDULER).running:
        return ("kube-scheduler does not run, so nobody looks for a node.",)
    return ("The scheduler has not decided yet.",)


def _of_waiting(cluster: RunningCluster, pod: dict[str, Any], node: str | None) -> list[Link]:
    if node is None:
        return [_link("It has no node yet: see above.")]
    links = [
        _link(f"{each.id} does not run.")
        for each in cluster.components()
        if not each.running and component.node_of(each.id) == node and not each.id.startswith("kube-proxy.")
    ]
    why = diagram.reason(pod.get("status") or {})
    waiting = [
        (each.get("state") or {}).get("waiting") or {}
        for each in (pod.get("status") or {}).get("containerStatuses") or ()
    ]
    links += [_link(f"Its container waits: {each['reason']}.") for each in waiting if each.get("reason")]
    return [*links, _link(why)] if why else links or [_link(f"The kubelet of {node} is at work on it.")]


def _of_restarts(container: dict[str, Any]) -> Answer:
    count, last = container["restartCount"], (container.get("lastState") or {}).get("terminated") or {}
    times = "once" if count == 1 else f"{count} times"
    links = [
        _link(
            f"Its last run ended with exit code {last.get('exitCode')} ({last.get('reason') or 'no reason told'}) at {last.get('finishedAt')}."
        )
    ]
    links.append(_link("Its restart policy has the kubelet start it again, after a pause that doubles each time."))
    return {"question": f"Why was container {container['name']} restarted {times}?", "links": links}


# --- chains ------------------------------------------------------------------------------------------------------------


def _when_marked(cluster: RunningCluster, key: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The write that marked it for deletion."""
    marked = None
    for row in rows:
        try:
            value = revisions.value(cluster.slug, key, row["revision"])
        except revisions.EtcdError:
            break
        if not isinstance(value, dict) or not meta.is_being_deleted(value):
            break
        marked = row
    return marked


def _of_row(cluster: RunningCluster, question: str, row: dict[str, Any] | None) -> Answer:
    """Who wrote a revision, and the chain of messages that led there, the nearest first."""
    if row is None:
        return {"question": question, "links": []}
    who = f"{row['component']}{' as ' + row['user'] if row['user'] else ''}"
    deed = "deleted it" if row["deleted"] else "wrote it"
    links = [_link(f"{who} {deed}: revision {row['revision']}.", row["hop"])]
    hop = query.hop(cluster.wire, row["hop"], bodies=False) if row["hop"] else None
    if hop is None:
        return {"question": question, "links": [*links, _link(NOT_KEPT)]}
    chain = [hop, *messages.causes(cluster, hop)]
    return {"question": question, "links": [*links, *(_link(sentence(each), each["id"]) for each in chain)]}


def _link(text: str, hop: int = 0) -> Link:
    return {"text": text, "hop": hop}
