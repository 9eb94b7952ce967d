"""InterPodAffinity: pods that want to be near to, or away from, other pods.

Models: framework/plugins/interpodaffinity/{filtering,scoring}.go v1.37
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import (
    MOST,
    NODE_ADD,
    NODE_LABEL,
    POD_ADD,
    POD_DELETE,
    POD_LABEL,
    Filter,
    Refusal,
    Score,
)
from cluster.scheduler.pod_info import PodInfo

NAME = "InterPodAffinity"
EXISTING = Refusal(NAME, ("node(s) didn't satisfy existing pods anti-affinity rules",), resolvable=True)
AFFINITY = Refusal(NAME, ("node(s) didn't match pod affinity rules",), resolvable=False)
ANTI_AFFINITY = Refusal(NAME, ("node(s) didn't match pod anti-affinity rules",), resolvable=True)
HARD_POD_AFFINITY_WEIGHT = 1

Domain = tuple[str, str]
"""A topology key and a node's value of it."""
Namespaces = Mapping[str, dict[str, str]]
"""Each namespace's labels."""


class InterPodAffinity:
    """Filter and score."""

    name = NAME
    weight = 2
    local = False
    events = frozenset({NODE_ADD, NODE_LABEL, POD_ADD, POD_DELETE, POD_LABEL})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        if not pod.affinity and not pod.anti_affinity and not cache.talkative:
            return None
        unwelcome = _where_unwelcome(pod, cache) if cache.talkative else set()
        near = [(term["topologyKey"], _domains(term, pod.affinity, pod, cache)) for term in pod.affinity]
        apart = [(term["topologyKey"], _domains(term, [term], pod, cache)) for term in pod.anti_affinity]
        if not unwelcome and not near and not apart:
            return None
        alone = not any(domains for _, domains in near)
        is_first = alone and all(_asks_for(term, pod, pod, cache.namespaces) for term in pod.affinity)

        def refused(node: NodeInfo) -> Refusal | None:
            at = node.labels
            if not all(key in at and (is_first or at[key] in domains) for key, domains in near):
                return AFFINITY
            if any(at.get(key) in domains for key, domains in apart):
                return ANTI_AFFINITY
            if any(at.get(key) == value for key, value in unwelcome):
                return EXISTING
            return None

        return refused

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        if not pod.preferred_affinity and not pod.preferred_anti_affinity and not cache.talkative:
            return None
        weights: Counter[Domain] = Counter()
        for node in cache.listed:
            wishes = bool(pod.preferred_affinity or pod.preferred_anti_affinity)
            for other in (node.pods if wishes else node.talkative).values():
                _weigh(weights, pod, other, node, cache.namespaces)
        if not any(weights.values()):
            return None
        keys = {key for key, _ in weights}
        return lambda node: sum(weights[key, node.labels[key]] for key in keys if key in node.labels)

    def normalise(self, scores: list[int]) -> list[int]:
        highest, lowest = max(scores, default=0), min(scores, default=0)
        if highest == lowest:
            return [0] * len(scores)
        return [MOST * (score - lowest) // (highest - lowest) for score in scores]


def _asks_for(term: Obj, owner: PodInfo, other: PodInfo, known: Namespaces) -> bool:
    """Does `owner`'s term speak of `other`?"""
    return _matcher(term, owner, known)(other)


def _matcher(term: Obj, owner: PodInfo, known: Namespaces) -> Callable[[PodInfo], bool]:
    namespaces, wanted = set(term.get("namespaces") or ()), term.get("namespaceSelector")
    everywhere = wanted == {}
    if wanted:
        chosen = labels.from_label_selector(wanted)
        namespaces |= {name for name, found in known.items() if chosen.matches(found)}
    elif not namespaces and wanted is None:
        namespaces = {owner.namespace}
    selector = labels.from_label_selector(term.get("labelSelector"))
    same = {key: owner.labels[key] for key in term.get("matchLabelKeys") or () if key in owner.labels}
    other = {key: owner.labels[key] for key in term.get("mismatchLabelKeys") or () if key in owner.labels}

    def matches(pod: PodInfo) -> bool:
        return (
            (everywhere or pod.namespace in namespaces)
            and selector.matches(pod.labels)
            and all(pod.labels.get(key) == value for key, value in same.items())
            and all(pod.labels.get(key) != value for key, value in other.items())
        )

    return matches


def _domains(term: Obj, together: Sequence[Obj], pod: PodInfo, cache: Cache) -> set[str]:
    """The values of the term's topology key where a pod runs of which all terms `together` speak."""
    key, matchers = term["topologyKey"], [_matcher(each, pod, cache.namespaces) for each in together]
    found = set()
    for node in cache.listed:
        value = node.labels.get(key)
        if value is None or value in found:
            continue
        if any(all(matches(other) for matches in matchers) for other in node.pods.values()):
            found.add(value)
    return found


def _where_unwelcome(pod: PodInfo, cache: Cache) -> set[Domain]:
    """The domains from which a running pod's anti-affinity keeps this one."""
    found = set()
    for node in cache.listed:
        for other in node.apart.values():
            for term in other.anti_affinity:
                value = node.labels.get(term["topologyKey"])
                if value is not None and _asks_for(term, other, pod, cache.namespaces):
                    found.add((term["topologyKey"], value))
    return found


def _weigh(weights: Counter[Domain], pod: PodInfo, other: PodInfo, node: NodeInfo, known: Namespaces) -> None:
    """Count what a pod wishes of another that runs on a node, and what that one wishes of it."""
    wishes = [(term["podAffinityTerm"], term["weight"], pod, other) for term in pod.preferred_affinity]
    wishes += [(term["podAffinityTerm"], -term["weight"], pod, other) for term in pod.preferred_anti_affinity]
    wishes += [(term["podAffinityTerm"], term["weight"], other, pod) for term in other.preferred_affinity]
    wishes += [(term["podAffinityTerm"], -term["weight"], other, pod) for term in other.preferred_anti_affinity]
    wishes += [(term, HARD_POD_AFFINITY_WEIGHT, other, pod) for term in other.affinity]
    for term, weight, owner, spoken_of in wishes:
        value = node.labels.get(term["topologyKey"])
        if value is not None and _asks_for(term, owner, spoken_of, known):
            weights[term["topologyKey"], value] += weight
