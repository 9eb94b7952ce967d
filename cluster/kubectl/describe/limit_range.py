"""`kubectl describe limitrange`. Models: describe.go describeLimitRange v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
HEADS = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")


async def describe(invocation: Invocation, limit_range: Obj) -> str:
    writer = Writer()
    writer.line("Name", limit_range["metadata"]["name"])
    writer.line("Namespace", limit_range["metadata"].get("namespace", ""))
    _head(writer, "")
    _limits(writer, limit_range, "")
    return writer.text()


def write_all(writer: Writer, ranges: list[Obj]) -> None:
    if not ranges:
        writer.put("No LimitRange resource.\n")
        return
    writer.put("Resource Limits\n")
    _head(writer, " ")
    for limit_range in ranges:
        _limits(writer, limit_range, " ")


def _head(writer: Writer, prefix: str) -> None:
    writer.put(prefix + "\t".join(HEADS) + "\n")
    writer.put(prefix + "\t".join("-" * len(head) for head in HEADS) + "\n")


def _limits(writer: Writer, limit_range: Obj, prefix: str) -> None:
    for item in limit_range["spec"].get("limits") or ():
        for resource in sorted({name for field in FIELDS for name in item.get(field) or ()}):
            amounts = [(item.get(field) or {}).get(resource, "-") for field in FIELDS]
            writer.put("\t".join([prefix + item.get("type", ""), resource, *map(str, amounts)]) + "\n")
