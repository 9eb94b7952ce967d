"""`kubectl events`: what happened, by time, in a table that is made here.

Models: kubectl/pkg/cmd/events/{events,event_printer}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.describe import events
from cluster.kubectl.errors import Bare, CommandError
from cluster.kubectl.flags import BOOL, INT, LIST, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, table
from cluster.kubectl.resources import Resource

Obj = dict[str, Any]
EVENTS = Resource("", "v1", "events", "event", "Event", True)
FLAGS = (
    *formats.OUTPUT,
    Flag("watch", BOOL, short="w", help="Show those that come, too"),
    Flag("all-namespaces", BOOL, short="A", help="Across all namespaces"),
    Flag("for", help="Only those of this object, as TYPE/NAME"),
    Flag("types", LIST, help="Only these types: Normal, Warning"),
    Flag("no-headers", BOOL, help="Leave the header line out"),
    Flag("chunk-size", INT, default=500),
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    selects = await _selects(invocation)
    show = formats.printer(invocation) if flags["output"] else None
    if any(each.lower() not in ("normal", "warning") for each in flags["types"]):
        raise CommandError("valid --types are Normal or Warning")
    namespace = "" if flags["all-namespaces"] else invocation.namespace
    info = Info(EVENTS, namespace, "")
    if flags["watch"]:
        await _watch(invocation, info, selects, show)
        return
    asked = Query([], field_selector=selects or None)
    found = [each.obj for each in await builder.fetch(invocation, info, asked)]
    found = sorted((each for each in found if _wanted(invocation, each)), key=_moment)
    if not found:
        invocation.err(f"No events found{f' in {namespace} namespace' if namespace else ''}.\n")
    elif flags["output"] == "name":
        return  # upstream cannot name a list
    elif show is not None:
        invocation.out(show({"apiVersion": "v1", "items": found, "kind": "EventList", "metadata": {}}))
    else:
        _Table(invocation).print(found)


async def _selects(invocation: Invocation) -> str:
    """The field selector of --for. Raises CommandError."""
    text = invocation.flags["for"]
    if not text:
        return ""
    if "/" not in text:
        raise CommandError("--for must be in resource/name form")
    parts = text.split("/")
    if len(parts) != 2:
        raise CommandError("arguments in resource/name form may not have more than one slash")
    try:
        resource = await builder.mapping(invocation, parts[0])
    except CommandError as error:
        raise Bare(str(error)) from error
    wanted = {
        "involvedObject.kind": resource.kind,
        "involvedObject.apiVersion": resource.api_version,
        "involvedObject.name": parts[1],
    }
    return ",".join(f"{key}={value}" for key, value in wanted.items() if value)


async def _watch(invocation: Invocation, info: Info, selects: str, show: formats.Printer | None) -> None:
    query = {"watch": "true", "limit": builder.CHUNK} | ({"fieldSelector": selects} if selects else {})
    stream = (await invocation.request("GET", info.collection, query=query)).stream
    if stream is None:
        raise CommandError("the answer to a watch was no stream")
    if limit := invocation.timeout:
        invocation.session.clock.call_later(limit, stream.close)
    shown = _Table(invocation)
    try:
        async for deliveries in stream:
            for event, _ in deliveries:
                obj = event.payload.object
                if event.type == "DELETED" or not _wanted(invocation, obj):
                    continue
                if show is not None:
                    invocation.out(show(obj))
                else:
                    shown.print([obj])
    finally:
        stream.close()


def _wanted(invocation: Invocation, event: Obj) -> bool:
    types = [each.lower() for each in invocation.flags["types"]]
    return not types or str(event.get("type", "")).lower() in types


def _moment(event: Obj) -> str:
    """When it happened last; whole seconds before their fractions."""
    found = (event.get("series") or {}).get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return str(found or "").removesuffix("Z")


class _Table:
    def __init__(self, invocation: Invocation) -> None:
        self.invocation = invocation
        self.headed = invocation.flags["no-headers"]
        self.writer = table.writer()

    def print(self, found: list[Obj]) -> None:
        everywhere = self.invocation.flags["all-namespaces"]
        if not self.headed:
            self.headed = True
            self.writer.write(("NAMESPACE\t" if everywhere else "") + "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n")
        for each in found:
            about = each.get("involvedObject") or {}
            cells = [
                events.interval(each, self.invocation.now),
                each.get("type", ""),
                each.get("reason", ""),
                f"{about.get('kind', '')}/{about.get('name', '')}",
                (each.get("message") or "").strip(),
            ]
            if everywhere:
                cells.insert(0, each["metadata"].get("namespace", ""))
            self.writer.write("\t".join(cells) + "\n")
        self.invocation.out(self.writer.flush())


COMMAND = Command(
    "events",
    "kubectl events [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|"
    "jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]",
    "List events.",
    FLAGS,
    run,
)
