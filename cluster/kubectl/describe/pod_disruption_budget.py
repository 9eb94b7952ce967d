"""`kubectl describe poddisruptionbudget`. Models: describe.go describePodDisruptionBudgetV1 v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import columns
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

COUNTS = (
    ("Allowed disruptions", "disruptionsAllowed"),
    ("Current", "currentHealthy"),
    ("Desired", "desiredHealthy"),
    ("Total", "expectedPods"),
)


async def describe(invocation: Invocation, budget: Obj) -> str:
    return text(budget, await events.of(invocation, budget, kind="PodDisruptionBudget"), invocation.now)


def text(budget: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    spec, status = budget["spec"], budget.get("status") or {}
    writer.line("Name", budget["metadata"]["name"])
    writer.line("Namespace", budget["metadata"].get("namespace", ""))
    if "minAvailable" in spec:
        writer.line("Min available", spec["minAvailable"])
    elif "maxUnavailable" in spec:
        writer.line("Max unavailable", spec["maxUnavailable"])
    selector = spec.get("selector")
    writer.line("Selector", "<unset>" if selector is None else columns.selector_text(selector))
    writer.put("Status:\n")
    for title, field in COUNTS:
        writer.line(title, status.get(field) or 0, 2)
    events.write(writer, found, now)
    return writer.text()
