"""`kubectl describe horizontalpodautoscaler`, as autoscaling/v2 has it.

Models: describe.go describeHorizontalPodAutoscalerV2, printDirectionBehavior v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer, rfc1123
from cluster.kubectl.invocation import Invocation

UNKNOWN = "<unknown>"
FIELDS = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


async def describe(invocation: Invocation, autoscaler: Obj) -> str:
    metadata = autoscaler["metadata"]
    path = f"/apis/autoscaling/v2/namespaces/{metadata['namespace']}/horizontalpodautoscalers/{metadata['name']}"
    autoscaler = await invocation.object("GET", path)
    found = await events.of(invocation, autoscaler, kind="HorizontalPodAutoscaler")
    return text(autoscaler, found, invocation.now)


def text(autoscaler: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec, status = autoscaler["metadata"], autoscaler["spec"], autoscaler.get("status") or {}
    reference = spec["scaleTargetRef"]
    writer.metadata(metadata)
    writer.line("CreationTimestamp", rfc1123(metadata.get("creationTimestamp")))
    writer.line("Reference", f"{reference['kind']}/{reference['name']}")
    writer.put("Metrics:\t( current / target )\n")
    current = status.get("currentMetrics") or []
    for at, metric in enumerate(spec.get("metrics") or ()):
        writer.put(metric_line(metric, current[at] if at < len(current) else {}) + "\n", 1)
    writer.line("Min replicas", spec.get("minReplicas", "<unset>"))
    writer.line("Max replicas", spec.get("maxReplicas", 0))
    if behavior := spec.get("behavior"):
        writer.put("Behavior:\n")
        _direction(writer, "Scale Up", behavior.get("scaleUp"))
        _direction(writer, "Scale Down", behavior.get("scaleDown"))
    counts = f"{status.get('currentReplicas') or 0} current / {status.get('desiredReplicas') or 0} desired"
    writer.line(f"{reference['kind']} pods", counts)
    if conditions := status.get("conditions"):
        writer.put("Conditions:\n")
        writer.row("Type", "Status", "Reason", "Message")
        writer.row("----", "------", "------", "-------")
        for each in conditions:
            writer.row(*(each.get(field, "") for field in ("type", "status", "reason", "message")))
    events.write(writer, found, now)
    return writer.text()


def metric_line(metric: Obj, status: Obj) -> str:
    """ "resource cpu on pods  (as a percentage of request):\\t0% (1m) / 80%"."""
    kind = metric.get("type", "")
    field = FIELDS.get(kind)
    if field is None:
        return f'<unknown metric type "{kind}">'
    source = metric[field]
    target, known = source["target"], status.get(field)
    current: Obj = (known or {}).get("current") or {}
    average = target.get("averageValue")
    if kind in ("Resource", "ContainerResource"):
        return _resource(kind, source, current if known else None)
    name = source["metric"]["name"]
    if kind == "Pods":
        return f'"{name}" on pods:\t{_value(known, current, "averageValue")} / {average}'
    place = f'"{name}"'
    if kind == "Object":
        about = source["describedObject"]
        place += f" on {about['kind']}/{about['name']}"
    if average is not None:
        return f"{place} (target average value):\t{_value(known, current, 'averageValue')} / {average}"
    return f"{place} (target value):\t{_value(known, current, 'value')} / {target.get('value', '<nil>')}"


def _value(known: Any, current: Obj, field: str) -> str:
    return str(current.get(field) or "<nil>") if known else UNKNOWN


def _resource(kind: str, source: Obj, current: Obj | None) -> str:
    place = f"resource {source['name']}"
    if kind == "ContainerResource":
        place += f' of container "{source["container"]}"'
    target = source["target"]
    if (average := target.get("averageValue")) is not None:
        return f"{place} on pods:\t{UNKNOWN if current is None else current.get('averageValue', '<nil>')} / {average}"
    percent = (current or {}).get("averageUtilization")
    shown = UNKNOWN if percent is None else f"{percent}% ({(current or {}).get('averageValue', '<nil>')})"
    wanted = target.get("averageUtilization")
    goal = "<auto>" if wanted is None else f"{wanted}%"
    return f"{place} on pods  (as a percentage of request):\t{shown} / {goal}"


def _direction(writer: Writer, title: str, rules: Obj | None) -> None:
    if not rules:
        return
    writer.put(f"{title}:\n", 1)
    if rules.get("stabilizationWindowSeconds") is not None:
        writer.put(f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds\n", 2)
    policies = rules.get("policies") or ()
    if policies:
        writer.put(f"Select Policy: {rules.get('selectPolicy', 'Max')}\n", 2)
        writer.put("Policies:\n", 2)
    for policy in policies:
        writer.put(
            f"- Type: {policy['type']}\tValue: {policy['value']}\tPeriod: {policy['periodSeconds']} seconds\n", 3
        )
