"""`kubectl describe namespace`: with the quotas and limit ranges in it. Models: describe.go describeNamespace v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.kubectl.describe import limit_range, resource_quota
from cluster.kubectl.describe.writer import Writer, rfc1123
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, namespace: Obj) -> str:
    name = namespace["metadata"]["name"]
    quotas = await _listed(invocation, f"/api/v1/namespaces/{name}/resourcequotas")
    ranges = await _listed(invocation, f"/api/v1/namespaces/{name}/limitranges")
    return text(namespace, quotas, ranges)


async def _listed(invocation: Invocation, path: str) -> list[Obj] | None:
    """What is there, None when the server has no such resource."""
    try:
        return list((await invocation.object("GET", path, query={"limit": "500"})).get("items") or ())
    except ApiError as error:
        if error.code == 404:
            return None
        raise


def text(namespace: Obj, quotas: list[Obj] | None, ranges: list[Obj] | None) -> str:
    writer = Writer()
    status = namespace.get("status") or {}
    writer.metadata(namespace["metadata"], namespaced=False)
    writer.line("Status", status.get("phase", ""))
    if status.get("conditions"):
        writer.put("Conditions:\n")
        writer.row("Type", "Status", "LastTransitionTime", "Reason", "Message")
        writer.row("----", "------", "------------------", "------", "-------")
        for each in status["conditions"]:
            when = rfc1123(each.get("lastTransitionTime"))
            writer.row(each["type"], each["status"], when, each.get("reason", ""), each.get("message", ""))
    if quotas is not None:
        writer.put("\n")
        resource_quota.write_all(writer, quotas)
    if ranges is not None:
        writer.put("\n")
        limit_range.write_all(writer, ranges)
    return writer.text()
