"""One watch of one object, from the state that is known on: what `rollout status` and `wait` follow.

Models: client-go/tools/watch/until.go v1.37
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cluster.kubectl.builder import Info
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation

Obj = dict[str, Any]
Change = tuple[str, Obj]


@asynccontextmanager
async def changes(invocation: Invocation, info: Info, known: Obj) -> AsyncIterator[AsyncIterator[Change]]:
    """The (event type, object) pairs after `known`, until the server ends the watch; it is closed on leaving."""
    version = known["metadata"]["resourceVersion"]
    query = {"fieldSelector": f"metadata.name={info.name}", "resourceVersion": version, "watch": "true"}
    stream = (await invocation.request("GET", info.collection, query=query)).stream
    if stream is None:
        raise CommandError("the answer to a watch was no stream")

    async def told() -> AsyncIterator[Change]:
        async for deliveries in stream:
            for event, _ in deliveries:
                yield event.type, event.payload.object

    try:
        yield told()
    finally:
        stream.close()
