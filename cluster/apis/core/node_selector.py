"""Does a node match a pod's node selector and required node affinity; asked by the scheduler and by a kubelet.

Models: component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cluster.apimachinery.meta import Obj

NAME_FIELD = "metadata.name"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


class Node(Protocol):
    """What is asked of a node."""

    @property
    def name(self) -> str: ...

    @property
    def labels(self) -> dict[str, str]: ...


def required(pod: Obj) -> Callable[[Node], bool] | None:
    """A question for nodes, None when the pod goes anywhere."""
    spec = pod["spec"]
    selector = spec.get("nodeSelector") or {}
    affinity = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED)
    if not selector and affinity is None:
        return None
    terms = affinity.get("nodeSelectorTerms") or () if affinity is not None else None

    def matches(node: Node) -> bool:
        labels = node.labels
        if any(labels.get(key) != value for key, value in selector.items()):
            return False
        return terms is None or any(term_matches(term, node) for term in terms)

    return matches


def term_matches(term: Obj, node: Node) -> bool:
    """Do all expressions of a term hold? A term without any matches nothing."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    labels = node.labels
    return all(holds(each, labels.get(each["key"])) for each in expressions) and all(
        each["key"] == NAME_FIELD and holds(each, node.name) for each in fields
    )


def holds(expression: Obj, value: str | None) -> bool:
    """Does one expression hold for a label's value, None for an absent label?"""
    operator, values = expression["operator"], expression.get("values") or ()
    if operator in ("NotIn", "DoesNotExist"):
        return value is None or (operator == "NotIn" and value not in values)
    if value is None:
        return False
    if operator in ("In", "Exists"):
        return operator == "Exists" or value in values
    return _compares(operator, value, values)


def _compares(operator: str, value: str, values: Sequence[str]) -> bool:
    try:
        number, bound = int(value), int(values[0])
    except (ValueError, IndexError):
        return False
    return number > bound if operator == "Gt" else operator == "Lt" and number < bound
