"""`kubectl create poddisruptionbudget`. Models: kubectl/pkg/cmd/create/create_pdb.go v1.37"""

from __future__ import annotations

import re
from typing import Any

from cluster.apimachinery import labels
from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

Obj = dict[str, Any]
BUDGETS = Resource("policy", "v1", "poddisruptionbudgets", "poddisruptionbudget", "PodDisruptionBudget", True)
AMOUNTS = {"min-available": "minAvailable", "max-unavailable": "maxUnavailable"}
STATUS = {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}


async def run(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    if not name:
        raise CommandError("name must be specified")
    if not flags["selector"]:
        raise CommandError("a selector must be specified")
    given = [flag for flag in AMOUNTS if flags[flag]]
    if not given:
        raise CommandError("one of min-available or max-unavailable must be specified")
    if len(given) > 1:
        raise CommandError("min-available and max-unavailable cannot be both specified")
    amount = flags[given[0]]
    if not re.fullmatch(r"[0-9]+%?", amount):
        raise CommandError(f"invalid format specified for {given[0]}")
    obj = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {
            AMOUNTS[given[0]]: int(amount) if amount.isdigit() else amount,
            "selector": label_selector(flags["selector"]),
        },
        "status": STATUS,
    }
    await submission.submit(invocation, BUDGETS, obj, prefix="failed to create poddisruptionbudgets")


def label_selector(text: str) -> Obj:
    """A selector as text, as a LabelSelector. Raises CommandError. Models: metav1.ParseToLabelSelector"""
    try:
        requirements = labels.parse(text).requirements
    except ValueError as error:
        message = f'couldn\'t parse the selector string "{text}": {error}'
        raise CommandError(message) from error
    found: Obj = {}
    for each in requirements:
        operator = OPERATORS.get(each.operator)
        if each.operator in EQUALS:
            found.setdefault("matchLabels", {})[each.key] = each.values[0]
        elif operator is None:
            raise CommandError(f'"{each.operator}" isn\'t supported in label selectors')
        else:
            entry: Obj = {"key": each.key, "operator": operator}
            if each.values:
                entry["values"] = sorted(each.values)
            found.setdefault("matchExpressions", []).append(entry)
    return found


EQUALS = ("=", "==")
OPERATORS = {"!=": "NotIn", "in": "In", "notin": "NotIn", "exists": "Exists", "!": "DoesNotExist"}
COMMAND = Command(
    "poddisruptionbudget",
    "kubectl create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none] [options]",
    "Create a pod disruption budget with the specified name",
    (
        *submission.FLAGS,
        Flag("min-available", help="How many pods, or per cent of them, must stay available"),
        Flag("max-unavailable", help="How many pods, or per cent of them, may be unavailable"),
        Flag("selector", help="Label selector of the pods"),
    ),
    run,
)
