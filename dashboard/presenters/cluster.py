"""The list of clusters, and what is wrong with the form that makes one."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.kubeadm.fleet import CONTROL_PLANES, SLUG, Fleet
from dashboard.presenters import revisions

NAME_FAULT = "a cluster's name is made of lower-case letters, digits and '-', 63 at most"


def listed(fleet: Fleet) -> list[dict[str, Any]]:
    """Every cluster with its mode, its nodes and pods, and what is stopped in it. Blocking."""
    found = []
    for slug in sorted(fleet.clusters):
        cluster = fleet.clusters[slug]
        nodes = [key["key"].rpartition("/")[2] for key in revisions.keys(slug, "/registry/minions/", 1000)]
        ready = sum(
            meta.is_condition_true(revisions.value(slug, f"/registry/minions/{name}", 0) or EMPTY, "Ready")
            for name in nodes[:100]
        )
        found.append(
            {
                "slug": slug,
                "mode": cluster.row.mode,
                "nodes": len(nodes),
                "ready": ready,
                "pods": len(revisions.keys(slug, "/registry/pods/", 1000)),
                "stopped": list(cluster.row.stopped),
            }
        )
    return found


def faults(typed: dict[str, str], most_workers: int) -> dict[str, str]:
    """What is wrong with a new cluster's form, by field."""
    errors = {}
    if not SLUG.fullmatch(typed["name"]):
        errors["name"] = NAME_FAULT
    if typed["mode"] not in ("course", "upstream"):
        errors["mode"] = 'the mode is "course" or "upstream"'
    if not (typed["workers"].isascii() and typed["workers"].isdigit() and int(typed["workers"][:6]) <= most_workers):
        errors["workers"] = f"a number from 0 to {most_workers}"
    if typed["control_planes"] not in map(str, CONTROL_PLANES):
        errors["control_planes"] = "one or three nodes"
    return errors


EMPTY: dict[str, Any] = {"metadata": {}, "status": {}}
