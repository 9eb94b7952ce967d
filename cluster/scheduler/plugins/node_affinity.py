"""NodeAffinity: node selector and node affinity. Models: framework/plugins/nodeaffinity/node_affinity.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj, labels_of
from cluster.scheduler.cache import NodeInfo
from cluster.scheduler.framework import normalised

NAME = "NodeAffinity"
ERR_REASON = "node(s) didn't match Pod's node affinity/selector"


def expression_holds(expression: Obj, value: str | None) -> bool:
    operator, values = expression["operator"], list(expression.get("values") or ())
    if operator == "In":
        return value is not None and value in values
    if operator == "NotIn":
        return value is None or value not in values
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    if value is None or not value.lstrip("-").isdigit():
        return False
    return int(value) > int(values[0]) if operator == "Gt" else int(value) < int(values[0])


def term_matches(term: Obj, node: Obj) -> bool:
    labels = labels_of(node)
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    return all(expression_holds(each, labels.get(each["key"])) for each in expressions) and all(
        expression_holds(each, node["metadata"]["name"]) for each in fields
    )


class NodeAffinity:
    """Filter and score."""

    name = NAME
    weight = 2

    def filter(self, pod: Obj, node: NodeInfo) -> list[str]:
        spec = pod["spec"]
        selector = spec.get("nodeSelector")
        if selector:
            labels = labels_of(node.node)
            if any(labels.get(key) != value for key, value in selector.items()):
                return [ERR_REASON]
        required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
            "requiredDuringSchedulingIgnoredDuringExecution"
        )
        if required and not any(term_matches(term, node.node) for term in required.get("nodeSelectorTerms") or ()):
            return [ERR_REASON]
        return []

    def score(self, pod: Obj, nodes: list[NodeInfo]) -> list[int]:
        affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
        preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution")
        if not preferred:
            return [0] * len(nodes)
        return normalised(
            [sum(each["weight"] for each in preferred if term_matches(each["preference"], node.node)) for node in nodes]
        )
