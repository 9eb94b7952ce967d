"""`kubectl describe quota`. Models: describe.go describeQuota, DescribeResourceQuotas v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running pods "
    "whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality of "
    "service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
    "guaranteed quality of service.",
}


async def describe(invocation: Invocation, quota: Obj) -> str:
    writer = Writer()
    writer.line("Name", quota["metadata"]["name"])
    writer.line("Namespace", quota["metadata"].get("namespace", ""))
    _scopes(writer, quota, 0, " * ")
    writer.row("Resource", "Used", "Hard", level=0)
    writer.row("--------", "----", "----", level=0)
    _amounts(writer, quota, 0)
    return writer.text()


def write_all(writer: Writer, quotas: list[Obj]) -> None:
    if not quotas:
        writer.put("No resource quota.\n")
        return
    writer.put("Resource Quotas\n")
    for quota in sorted(quotas, key=lambda each: str(each["metadata"]["name"])):
        writer.line("Name", quota["metadata"]["name"], 1)
        _scopes(writer, quota, 1, "* ")
        writer.row("Resource", "Used", "Hard")
        writer.row("--------", "---", "---")
        _amounts(writer, quota, 1)


def _scopes(writer: Writer, quota: Obj, level: int, bullet: str) -> None:
    scopes = sorted(quota.get("spec", {}).get("scopes") or ())
    if scopes:
        writer.line("Scopes", ", ".join(scopes), level)
        for scope in scopes:
            if scope in SCOPES:
                writer.put(f"{bullet}{SCOPES[scope]}\n", level)


def _amounts(writer: Writer, quota: Obj, level: int) -> None:
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    for resource in sorted(hard):
        writer.row(resource, used.get(resource, "0"), hard[resource], level=level)
