"""One message, opened: all it carried, what it changed, why it was sent and what followed. Everything here blocks."""

from __future__ import annotations

import json
from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire.component import APISERVER
from dashboard.presenters import copying, difference, revisions

LONGEST_TEXT, MOST_CAUSES, MOST_EFFECTS = 60_000, 20, 40
READS = ("GET", "HEAD", "NOTE", "Range", "Watch")

Hop = dict[str, Any]


def one(cluster: RunningCluster, number: int) -> dict[str, Any] | None:
    """A message with its request, its answer, what it changed, its causes and effects; None when it is not kept."""
    hop = query.hop(cluster.wire, number)
    if hop is None:
        return None
    asked = query.hop(cluster.wire, hop["answers"]) if hop["answers"] else hop
    answered = hop if hop["answers"] else query.answer(cluster.wire, number)
    parts = [_part("Request" if hop["verb"] not in ("WATCH", "NOTE") else "Message", asked, "request")]
    if answered is not None:
        parts.append(_part("Answer", answered, "response"))
    return {
        "hop": hop,
        "parts": [part for part in parts if part],
        "causes": causes(cluster, hop),
        "effects": effects(cluster, hop, asked),
        "changes": changes(cluster, hop),
        "commands": commands(cluster, asked),
    }


def causes(cluster: RunningCluster, hop: Hop) -> list[Hop]:
    """The chain of messages that made this one happen, the first cause last."""
    chain: list[Hop] = []
    while hop["cause"] and len(chain) < MOST_CAUSES:
        found = query.hop(cluster.wire, hop["cause"], bodies=False)
        if found is None:
            break
        chain.append(found)
        hop = found
    return chain


def effects(cluster: RunningCluster, hop: Hop, asked: Hop | None) -> list[Hop]:
    """The messages that this one (or the request that it answers) made happen, oldest first; answers are none."""
    number = asked["id"] if asked is not None else hop["id"]
    found = query.hops(cluster.wire, Filter(cause=number, after_hop=number, limit=MOST_EFFECTS))
    return [each for each in found if not each["answers"] and each["id"] != hop["id"]]


def changes(cluster: RunningCluster, hop: Hop) -> list[dict[str, Any]]:
    """What the write behind a message changed: of each key, the lines that came and went."""
    if not hop["revision"] or hop["verb"] in READS:
        return []
    found = []
    for row in revisions.written(cluster.slug, hop["revision"]):
        try:
            before, after = revisions.before_and_after(cluster.slug, row["key"], row["revision"])
        except revisions.EtcdError:
            continue
        found.append({**row, "new": before is None, "lines": difference.lines(before, after)})
    return found


def commands(cluster: RunningCluster, asked: Hop | None) -> list[tuple[str, str]]:
    """The same request by hand: (tool, command line); none for what is not asked of the API server."""
    if asked is None or asked["target"] != APISERVER or asked["verb"] in ("WATCH", "NOTE"):
        return []
    server = f"https://{cluster.settings.https_address}/clusters/{cluster.slug}"
    both = [("kubectl", copying.kubectl(asked)), ("curl", copying.curl(asked, server))]
    return [(tool, command) for tool, command in both if command and len(command) <= LONGEST_TEXT]


def text_of(body: Any) -> str:
    """A body for a person to read, cut when it is long."""
    if body is None:
        return ""
    text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}\n… {len(text) - LONGEST_TEXT} more characters"


def _part(title: str, hop: Hop | None, which: str) -> dict[str, Any] | None:
    if hop is None:
        return None
    query_text = "&".join(f"{name}={value}" for name, value in hop["query"].items()) if which == "request" else ""
    return {
        "title": title,
        "line": hop["path"] + (f"?{query_text}" if query_text else "") if which == "request" else hop["outcome"],
        "headers": sorted(hop["headers"].items()),
        "body": text_of(hop[which]),
    }
