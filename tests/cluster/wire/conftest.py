"""A wire with virtual time, servers that echo, and short ways to look at its hops."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cluster.clock import VirtualClock
from cluster.wire.hop import Hop
from cluster.wire.message import Payload, Request, Response
from cluster.wire.stream import Stream
from cluster.wire.transport import Wire

PODS = "/api/v1/namespaces/default/pods"


class Note:
    """An event as a server pushes it."""

    def __init__(self, name: str, revision: int = 0, hop: int = 0) -> None:
        self.name = name
        self.type = "ADDED"
        self.revision = revision
        self.hop = hop
        self.payload = Payload(object={"metadata": {"name": name}})


class Room(Wire):
    """A wire and its clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__("test", VirtualClock(), **options)

    @property
    def virtual(self) -> VirtualClock:
        assert isinstance(self.clock, VirtualClock)
        return self.clock

    def echo(self, component_id: str) -> list[Request]:
        """Serve a component that answers 200 with the request's body; the requests it got."""
        got: list[Request] = []

        async def handler(request: Request) -> Response:
            got.append(request)
            return Response(200, request.body, revision=len(got))

        self.serve(component_id, handler)
        return got

    def answer_stream(self, component_id: str) -> Stream:
        """Serve a component that answers with one stream."""
        stream = Stream()

        async def handler(request: Request) -> Response:
            return Response(200, stream=stream)

        self.serve(component_id, handler)
        return stream

    def serve_with(self, component_id: str, handler: Callable[[Request], Awaitable[Response]]) -> None:
        self.serve(component_id, handler)

    def hops(self) -> list[Hop]:
        return list(self.ring)


@pytest.fixture
def wire() -> Room:
    return Room()


def get(path: str = f"{PODS}/web", **more: Any) -> Request:
    return Request("GET", path, **more)


def names(deliveries: list[tuple[Any, int]]) -> list[str]:
    return [event.name for event, _ in deliveries]
