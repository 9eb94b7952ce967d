"""`kubectl get --watch`: what is there, then each change as a line, until the watch ends or the terminal interrupts.

Models: kubectl/pkg/cmd/get/get.go watch v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.commands import get_printers
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table
from cluster.wire.message import ConnectionLost


async def run(invocation: Invocation, asked: Query) -> None:
    asked.one_type = True
    found = await builder.targets(invocation, asked)
    if not found.infos:
        raise CommandError("no resources to watch")
    if len(found.infos) > 1:
        raise CommandError(
            "watch is only supported on individual resources and resource collections - "
            f"{len(found.infos)} resources were found"
        )
    shown = _Shown(invocation, found.infos[0])
    version = await shown.list(asked)
    await shown.follow(asked, version)


class _Shown:
    """The type that is watched, and how its objects are printed."""

    def __init__(self, invocation: Invocation, info: Info) -> None:
        self.invocation, self.info = invocation, info
        self.human = invocation.flags["output"] in ("", "wide")
        self.events = invocation.flags["output-watch-events"]
        self._writer = table.writer()
        self._printer = table.TablePrinter(
            get_printers.table_options(invocation, info, with_kind=invocation.flags["show-kind"])
        )
        self._show = None if self.human else get_printers.object_printer(invocation)
        self._headers = {"accept": f"{table.ACCEPT},application/json"} if self.human else {}

    async def list(self, asked: Query) -> str:
        """Print what is there, unless only changes are wanted; the version to watch from, "" for a single object."""
        info = self.info
        query = {} if info.name else {**asked.selects, "limit": builder.CHUNK}
        path = info.path() if info.name else info.collection
        answer = await self.invocation.object("GET", path, query=query, headers=self._headers)
        if not self.invocation.flags["watch-only"]:
            self._listed(answer)
        return "" if info.name else answer["metadata"]["resourceVersion"]

    def _listed(self, answer: dict[str, Any]) -> None:
        if self.human:
            self.print("ADDED", answer)
            return
        kind = self.info.resource
        items = [answer] if self.info.name else answer.get("items") or ()
        for item in items:
            self.print("ADDED", {"apiVersion": kind.api_version, "kind": kind.kind, **item})

    async def follow(self, asked: Query, version: str) -> None:
        query = {**asked.selects, "watch": "true"}
        if self.info.name:
            query["fieldSelector"] = f"metadata.name={self.info.name}"
            version = "0"
        query["resourceVersion"] = version
        answer = await self.invocation.request("GET", self.info.collection, query=query, headers=self._headers)
        if answer.stream is None:
            raise ConnectionLost("the answer to a watch was no stream")
        if limit := self.invocation.timeout:
            self.invocation.session.clock.call_later(limit, answer.stream.close)
        first = bool(self.info.name) and not self.invocation.flags["watch-only"]
        try:
            async for deliveries in answer.stream:
                for event, _ in deliveries:
                    if not first:
                        self.print(event.type, event.payload.object)
                    first = False
        finally:
            answer.stream.close()

    def print(self, event: str, obj: dict[str, Any]) -> None:
        if self._show is not None:
            shown = {"object": obj, "type": event} if self.events else obj
            self.invocation.out(self._show(shown))
            return
        text = self._printer.lines(obj)
        if self.events:
            lines = text.splitlines()
            headed = len(lines) > len(obj.get("rows") or ())
            text = "".join(f"{'EVENT' if headed and not at else event}\t{line}\n" for at, line in enumerate(lines))
        self._writer.write(text)
        self.invocation.out(self._writer.flush())
