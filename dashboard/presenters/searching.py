"""What the search palette finds: objects by their keys, components, words of the course."""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from dashboard.lessons.words import WORDS
from dashboard.presenters import revisions

MOST = 8
SHORTEST = 2
QUIET = ("/registry/events/", "/registry/leases/")


def found(cluster: RunningCluster, text: str) -> list[dict[str, Any]]:
    """[{"kind": "component" | "word" | "object", "id", "title", "words"}], the best first; nothing for a single letter."""
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST:
        return []
    return _components(cluster, wanted) + _words(wanted) + _objects(cluster, wanted)


def _components(cluster: RunningCluster, wanted: str) -> list[dict[str, Any]]:
    known = [state for state in cluster.components() if wanted in state.id]
    return [
        {"kind": "component", "id": state.id, "title": state.id, "words": "running" if state.running else "stopped"}
        for state in sorted(known, key=lambda state: (not state.id.startswith(wanted), len(state.id)))[:MOST]
    ]


def _words(wanted: str) -> list[dict[str, Any]]:
    known = [each for each in WORDS if wanted in each.word.lower()]
    chosen = sorted(known, key=lambda each: not each.word.lower().startswith(wanted))[:MOST]
    return [{"kind": "word", "id": each.where, "title": each.word, "words": each.meaning} for each in chosen]


def _objects(cluster: RunningCluster, wanted: str) -> list[dict[str, Any]]:
    keys = revisions.keys_with(cluster.slug, wanted.replace(" ", "/"), QUIET, MOST * 2)
    ordered = sorted(keys, key=lambda key: (not key.rpartition("/")[2].startswith(wanted), len(key)))[:MOST]
    return [
        {"kind": "object", "id": key, "title": key.rpartition("/")[2], "words": key.removeprefix("/registry/")}
        for key in ordered
    ]
