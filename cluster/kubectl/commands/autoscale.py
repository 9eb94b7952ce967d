"""`kubectl autoscale`: a HorizontalPodAutoscaler for each object that has a scale.

Models: kubectl/pkg/cmd/autoscale/autoscale.go v1.37
When the server refuses autoscaling/v2, autoscaling/v1 is tried if it can say the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from cluster.apimachinery import quantity
from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder, submission
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import annotated
from cluster.kubectl.printers import formats
from cluster.kubectl.resources import Resource

Obj = dict[str, Any]
AUTOSCALERS = Resource(
    "autoscaling", "v2", "horizontalpodautoscalers", "horizontalpodautoscaler", "HorizontalPodAutoscaler", True
)
OLD_AUTOSCALERS = replace(AUTOSCALERS, version="v1")
NOT_IN_V1 = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: "
UNITS = {"cpu": "m", "memory": "Mi"}
DEPRECATED = (
    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format "
    "(e.g., '70%' for utilization or '500m' for milliCPU).\n"
)
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("min", INT, default=-1, help="The fewest pods"),
    Flag("max", INT, default=-1, required=True, help="The most pods"),
    Flag(
        "cpu-percent", INT, default=-1, help="Deprecated: the wished-for use of CPU, in per cent of what is requested"
    ),
    Flag("cpu", help='The wished-for use of CPU by a pod: "70%" of what is requested, or "500m"'),
    Flag("memory", help='The wished-for use of memory by a pod: "60%" of what is requested, or "200Mi"'),
    Flag("name", help="The autoscaler's name"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("save-config", BOOL, help="Keep the configuration in an annotation for later apply"),
    Flag("field-manager", default="kubectl-autoscale"),
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    if "cpu-percent" in flags.changed:
        invocation.err(DEPRECATED)
    _validate(invocation)
    asked = Query(invocation.arguments, filenames=flags["filename"], recursive=flags["recursive"])
    found = await builder.infos(invocation, asked)
    count = 0
    for info in found.infos:
        if "scale" not in info.resource.doors:
            resource = info.resource
            wanted = f"{resource.group}/{resource.version}, Resource={resource.plural}"
            raise CommandError(
                f"cannot autoscale a {resource.kind}: could not find scale subresource for {wanted} in discovery information"
            )
        await _create(invocation, info)
        count += 1
    raise_all(found.errors)
    if not count:
        raise CommandError("no objects passed to autoscale")


def _validate(invocation: Invocation) -> None:
    flags = invocation.flags
    least, most = flags["min"], flags["max"]
    if most < 1:
        raise CommandError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise CommandError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    if flags["cpu-percent"] > 0 and flags["cpu"]:
        raise CommandError("--cpu-percent and --cpu are mutually exclusive")
    for resource in UNITS:
        if flags[resource]:
            target(flags[resource], resource)


async def _create(invocation: Invocation, info: Info) -> None:
    strategy = formats.dry_run(invocation)
    obj = _autoscaler(invocation, info)
    operation = "created" if strategy == "client" else "autoscaled"
    show = formats.printer(invocation, formats.told(operation, strategy))
    if strategy != "client":
        if invocation.flags["save-config"]:
            obj = annotated(obj)
        obj = await _post(invocation, obj, strategy)
    invocation.out(show(obj))


async def _post(invocation: Invocation, obj: Obj, strategy: str) -> Obj:
    """The autoscaler as the server answered it. Raises ApiError with what the last try was refused for."""
    flags, namespace = invocation.flags, invocation.namespace
    try:
        answer: Obj = await submission.post(invocation, AUTOSCALERS, namespace, obj, strategy)
    except ApiError:
        try:
            kind = target(flags["cpu"], "cpu")["type"]
        except CommandError as error:
            raise CommandError(f"{NOT_IN_V1}{error}") from None
        if flags["memory"] or (flags["cpu-percent"] < 0 and kind != "Utilization"):
            raise CommandError(NOT_IN_V1 + "%!w(<nil>)") from None
    else:
        return answer
    spec = {key: value for key, value in obj["spec"].items() if key != "metrics"}
    if flags["cpu-percent"] >= 0:
        spec["targetCPUUtilizationPercentage"] = flags["cpu-percent"]
    old = {**obj, "apiVersion": "autoscaling/v1", "spec": spec, "status": {"currentReplicas": 0, "desiredReplicas": 0}}
    answer = await submission.post(invocation, OLD_AUTOSCALERS, namespace, old, strategy)
    return answer


def _autoscaler(invocation: Invocation, info: Info) -> Obj:
    flags = invocation.flags
    metadata: Obj = {"name": flags["name"] or info.name}
    if invocation.access.namespace_given:
        metadata["namespace"] = invocation.namespace
    reference = {"apiVersion": info.resource.api_version, "kind": info.resource.kind, "name": info.name}
    spec: Obj = {"scaleTargetRef": reference, "maxReplicas": flags["max"]}
    if flags["min"] > 0:
        spec["minReplicas"] = flags["min"]
    metrics = []
    if flags["cpu-percent"] > 0:
        metrics.append(_metric("cpu", {"type": "Utilization", "averageUtilization": flags["cpu-percent"]}))
    metrics += [_metric(each, target(flags[each], each)) for each in UNITS if flags[each]]
    if metrics:
        spec["metrics"] = metrics
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata,
        "spec": spec,
        "status": {"currentMetrics": None, "desiredReplicas": 0},
    }


def _metric(name: str, wanted: Obj) -> Obj:
    return {"type": "Resource", "resource": {"name": name, "target": wanted}}


def target(text: str, resource: str) -> Obj:
    """The metric's target that a flag's text means. Raises CommandError. Models: parseResourceInput"""
    text = text.strip()
    if not text:
        raise CommandError("empty input")
    if text.endswith("%"):
        percent = text[:-1]
        if not re.fullmatch(r"\+?\d{1,9}", percent):
            raise CommandError(f"invalid percentage value: {percent}")
        return {"type": "Utilization", "averageUtilization": int(percent)}
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        text = f"{float(text):g}{UNITS[resource]}"
    try:
        return {"type": "AverageValue", "averageValue": quantity.canonical(text)}
    except ValueError as error:
        raise CommandError(f"invalid resource {resource} value: {text}") from error


COMMAND = Command(
    "autoscale",
    "kubectl autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] "
    "[options]",
    "Auto-scale a deployment, replica set, stateful set, or replication controller",
    FLAGS,
    run,
)
