"""The Wire panel: the last messages, and one of them with all it carried and why it was sent. Everything here blocks."""

from __future__ import annotations

import json
from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire.component import OUTSIDE
from dashboard.presenters import diagram

SHOWN, LONGEST_TEXT, MOST_CAUSES = 60, 60_000, 20


def last(
    cluster: RunningCluster, *, uid: str = "", component: str = "", heartbeats: bool = False
) -> list[dict[str, Any]]:
    """The newest messages, newest first: of one pod, or to and from one component; heartbeats only when asked for."""
    if component:
        found = [
            hop
            for wanted in (Filter(source=component, limit=SHOWN * 4), Filter(target=component, limit=SHOWN * 4))
            for hop in query.hops(cluster.wire, wanted)
        ]
        found.sort(key=lambda hop: int(hop["id"]))
    else:
        found = query.hops(cluster.wire, Filter(uid=uid, limit=SHOWN * 8))
    shown = [hop for hop in found if heartbeats or not _is_quiet(hop)]
    return list({hop["id"]: hop for hop in reversed(shown)}.values())[:SHOWN]


def one(cluster: RunningCluster, number: int) -> dict[str, Any] | None:
    """A message with its request, its answer, and the messages that caused it; None when it is not kept."""
    hop = query.hop(cluster.wire, number)
    if hop is None:
        return None
    asked = query.hop(cluster.wire, hop["answers"]) if hop["answers"] else hop
    answered = hop if hop["answers"] else query.answer(cluster.wire, number)
    parts = [_part("Request" if hop["verb"] not in ("WATCH", "NOTE") else "Message", asked, "request")]
    if answered is not None:
        parts.append(_part("Answer", answered, "response"))
    return {"hop": hop, "parts": [part for part in parts if part], "causes": causes(cluster, hop)}


def causes(cluster: RunningCluster, hop: dict[str, Any]) -> list[dict[str, Any]]:
    """The chain of messages that made this one happen, the first cause last."""
    chain: list[dict[str, Any]] = []
    while hop["cause"] and len(chain) < MOST_CAUSES:
        found = query.hop(cluster.wire, hop["cause"], bodies=False)
        if found is None:
            break
        chain.append(found)
        hop = found
    return chain


def text_of(body: Any) -> str:
    """A body for a person to read, cut when it is long."""
    if body is None:
        return ""
    text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}\n… {len(text) - LONGEST_TEXT} more characters"


def _part(title: str, hop: dict[str, Any] | None, which: str) -> dict[str, Any] | None:
    if hop is None:
        return None
    query_text = "&".join(f"{name}={value}" for name, value in hop["query"].items()) if which == "request" else ""
    return {
        "title": title,
        "line": hop["path"] + (f"?{query_text}" if query_text else "") if which == "request" else hop["outcome"],
        "headers": sorted(hop["headers"].items()),
        "body": text_of(hop[which]),
    }


def _is_quiet(hop: dict[str, Any]) -> bool:
    outside = hop["source"] in OUTSIDE or hop["target"] in OUTSIDE
    return outside or diagram.is_quiet(hop["path"])
