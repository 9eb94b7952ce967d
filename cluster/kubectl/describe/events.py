"""The events of an object, as the last part of its description.

Models: kubectl/pkg/describe/describe.go searchEvents, DescribeEvents v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import table
from cluster.apimachinery.status import ApiError
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

CHUNK = "500"


async def of(
    invocation: Invocation, obj: dict[str, Any], *, kind: str = "", uid: str = ""
) -> list[dict[str, Any]] | None:
    """The events that speak of `obj`, None when they are not wanted or cannot be had."""
    if not invocation.flags["show-events"]:
        return None
    metadata = obj["metadata"]
    namespace = metadata.get("namespace") or ""
    wanted = {
        "involvedObject.name": metadata["name"],
        "involvedObject.namespace": namespace,
        "involvedObject.uid": uid or metadata.get("uid", ""),
    }
    if kind:
        wanted["involvedObject.kind"] = kind
    selector = ",".join(f"{key}={value}" for key, value in sorted(wanted.items()))
    path = f"/api/v1/namespaces/{namespace}/events" if namespace else "/api/v1/events"
    try:
        answer = await invocation.object("GET", path, query={"fieldSelector": selector, "limit": CHUNK})
    except ApiError:
        return []
    return list(answer.get("items") or ())


def write(writer: Writer, events: list[dict[str, Any]] | None, now: float) -> None:
    if events is None:
        return
    if not events:
        writer.line("Events", "<none>")
        return
    writer.flush()
    writer.put("Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
    writer.row("----", "------", "----", "----", "-------")
    for event in sorted(events, key=_moment):
        message = (event.get("message") or "").strip()
        if field := (event.get("involvedObject") or {}).get("fieldPath"):
            message = f"{field}: {message}"
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
        writer.row(event.get("type", ""), event.get("reason", ""), interval(event, now), source, message)


def _moment(event: dict[str, Any]) -> str:
    return event.get("lastTimestamp") or event.get("firstTimestamp") or event.get("eventTime") or ""


def interval(event: dict[str, Any], now: float) -> str:
    """How long ago, and how often within how long."""
    first = table.age(event.get("eventTime") or event.get("firstTimestamp"), now)
    if series := event.get("series"):
        return f"{table.age(series.get('lastObservedTime'), now)} (x{series.get('count', 0)} over {first})"
    if (event.get("count") or 0) > 1:
        return f"{table.age(event.get('lastTimestamp'), now)} (x{event['count']} over {first})"
    return first
