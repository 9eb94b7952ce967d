"""PodTopologySpread: pods evenly over nodes and zones.

A pod's own constraints filter (DoNotSchedule) and score (ScheduleAnyway). A pod without any is spread from the other
pods of its owner, over hosts (skew 3) and zones (skew 5), as upstream's system default.
Models: framework/plugins/podtopologyspread/{common,filtering,scoring}.go v1.37
Simplified: the default counts the pods of one owner, not those that the owner's and the Services' selectors match.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.apis.core import node_selector, taints
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import (
    MOST,
    NODE_ADD,
    NODE_DELETE,
    NODE_LABEL,
    NODE_TAINT,
    POD_ADD,
    POD_DELETE,
    POD_LABEL,
    Filter,
    Refusal,
    Score,
)
from cluster.scheduler.pod_info import PodInfo

NAME = "PodTopologySpread"
ERR_REASON = "node(s) didn't match pod topology spread constraints"
ERR_REASON_LABEL = f"{ERR_REASON} (missing required label)"
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=True)
LABEL_REFUSAL = Refusal(NAME, (ERR_REASON_LABEL,), resolvable=False)
HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
IGNORED = -1


@dataclass(slots=True)
class Constraint:
    """One constraint, with how to count what it counts."""

    key: str
    max_skew: int
    min_domains: int
    counts_pod: bool
    count: Callable[[NodeInfo], int]
    counts_node: Callable[[NodeInfo], bool]


Part = tuple[Constraint, dict[str, int], float]
"""A constraint, how many there are in each feasible domain, and how much a domain weighs."""


class PodTopologySpread:
    """Filter and score."""

    name = NAME
    weight = 2
    local = False
    events = frozenset({NODE_ADD, NODE_DELETE, NODE_LABEL, NODE_TAINT, POD_ADD, POD_DELETE, POD_LABEL})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        constraints = own_constraints(pod, "DoNotSchedule")
        if not constraints:
            return None
        checks = [(constraint, *_spread(constraint, constraints, cache.listed)) for constraint in constraints]

        def refused(node: NodeInfo) -> Refusal | None:
            for constraint, counts, least in checks:
                value = node.labels.get(constraint.key)
                if value is None:
                    return LABEL_REFUSAL
                if counts.get(value, 0) + constraint.counts_pod - least > constraint.max_skew:
                    return REFUSAL
            return None

        return refused

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        constraints = own_constraints(pod, "ScheduleAnyway")
        own = bool(pod.pod["spec"].get("topologySpreadConstraints"))
        if not own:
            if not pod.owner:
                return None
            constraints = default_constraints(pod)
        if not constraints:
            return None
        parts = [_part(constraint, cache.listed, feasible) for constraint in constraints]
        if not own:
            return _default_spread(pod.owner, *parts)

        def spread(node: NodeInfo) -> int:
            total = 0.0
            for constraint, counts, weight in parts:
                value = node.labels.get(constraint.key)
                if value is None:
                    return IGNORED
                found = constraint.count(node) if constraint.key == HOSTNAME else counts.get(value, 0)
                total += found * weight + (constraint.max_skew - 1)
            return round(total)

        return spread

    def normalise(self, scores: list[int]) -> list[int]:
        counted = [score for score in scores if score != IGNORED]
        highest, lowest = max(counted, default=0), min(counted, default=0)
        if highest == 0:
            return [0 if score == IGNORED else MOST for score in scores]
        return [0 if score == IGNORED else MOST * (highest + lowest - score) // highest for score in scores]


def own_constraints(pod: PodInfo, action: str) -> list[Constraint]:
    wanted = pod.pod["spec"].get("topologySpreadConstraints") or ()
    return [_constraint(pod, each) for each in wanted if each.get("whenUnsatisfiable", "DoNotSchedule") == action]


def default_constraints(pod: PodInfo) -> list[Constraint]:
    """Upstream's system default, for the pods of one owner."""
    owner = pod.owner

    def siblings(node: NodeInfo) -> int:
        return node.owners.get(owner, 0)

    return [Constraint(key, skew, 1, True, siblings, lambda node: True) for key, skew in ((HOSTNAME, 3), (ZONE, 5))]


def _default_spread(owner: str, hosts: Part, zones: Part) -> Score:
    """The system default: what a node scores follows from its siblings and its zone, so it is reckoned once for each."""
    (by_host, _, host_weight), (by_zone, counts, zone_weight) = hosts, zones
    scores: dict[tuple[int, str | None], int] = {}

    def spread(node: NodeInfo) -> int:
        zone = node.labels.get(ZONE)
        key = (node.owners.get(owner, 0) if HOSTNAME in node.labels else -1, zone)
        score = scores.get(key)
        if score is None:
            total = 0.0 if key[0] < 0 else key[0] * host_weight + (by_host.max_skew - 1)
            if zone is not None:
                total += counts.get(zone, 0) * zone_weight + (by_zone.max_skew - 1)
            score = scores[key] = round(total)
        return score

    return spread


def _constraint(pod: PodInfo, wanted: Obj) -> Constraint:
    exact = {key: pod.labels[key] for key in wanted.get("matchLabelKeys") or () if key in pod.labels}
    selector = labels.from_label_selector(wanted.get("labelSelector"))

    def matches(other: PodInfo) -> bool:
        return (
            other.namespace == pod.namespace
            and not other.is_terminating
            and all(other.labels.get(key) == value for key, value in exact.items())
            and selector.matches(other.labels)
        )

    def counts_node(node: NodeInfo) -> bool:
        if wanted.get("nodeAffinityPolicy", "Honor") == "Honor" and affine is not None and not affine(node):
            return False
        honoured = wanted.get("nodeTaintsPolicy", "Ignore") == "Honor"
        return not (honoured and taints.untolerated(pod.pod, node.taints, ("NoSchedule", "NoExecute")))

    affine = node_selector.required(pod.pod)
    return Constraint(
        wanted["topologyKey"],
        wanted["maxSkew"],
        wanted.get("minDomains") or 1,
        selector.matches(pod.labels),
        lambda node: sum(1 for other in node.pods.values() if matches(other)),
        counts_node,
    )


def _spread(
    constraint: Constraint, together: Iterable[Constraint], nodes: Iterable[NodeInfo]
) -> tuple[dict[str, int], int]:
    """How many there are in each domain, and the fewest in any. Only nodes with every constraint's label count."""
    counts: dict[str, int] = {}
    keys = [each.key for each in together]
    for node in nodes:
        if all(key in node.labels for key in keys) and constraint.counts_node(node):
            value = node.labels[constraint.key]
            counts[value] = counts.get(value, 0) + constraint.count(node)
    least = min(counts.values(), default=0) if len(counts) >= constraint.min_domains else 0
    return counts, least


def _part(constraint: Constraint, nodes: Sequence[NodeInfo], feasible: Sequence[NodeInfo]) -> Part:
    key = constraint.key
    if key == HOSTNAME:
        return constraint, {}, math.log(len(feasible) + 2)
    counts = {node.labels[key]: 0 for node in feasible if key in node.labels}
    if counts:
        for node in nodes:
            value = node.labels.get(key)
            if value in counts and constraint.counts_node(node):
                counts[value] += constraint.count(node)
    return constraint, counts, math.log(len(counts) + 2)
