"""Headers are kept with their hops, but never how a sender proved who it is; what the page itself asks is not kept."""

from __future__ import annotations

import asyncio

import pytest

from cluster.clock import Clock, VirtualClock
from cluster.recorder import query, sink
from cluster.recorder.recorder import Recorder
from cluster.wire.message import Payload, Request, Response
from cluster.wire.transport import Wire

PATH = "/api/v1/namespaces/default/pods/web"


async def answer(request: Request) -> Response:
    return Response(200, Payload(object={"metadata": {"name": "web"}}), {"content-type": "application/json"})


def test_secrets_are_not_shown() -> None:
    given = {"authorization": "Bearer abc.def", "cookie": "sessionid=1", "accept": "*/*"}
    assert sink.shown_headers(given) == {"authorization": "Bearer …", "cookie": "…", "accept": "*/*"}


@pytest.mark.django_db(transaction=True)
async def test_a_hop_is_kept_with_query_and_headers_and_its_answer_is_found() -> None:
    wire = Wire("test", VirtualClock(), ring_size=1)
    wire.serve("kube-apiserver", answer)
    recording = asyncio.get_running_loop().create_task(Recorder(wire, Clock()).run())
    await wire.clock.sleep(0)
    headers = {"authorization": "Bearer abc", "user-agent": "kubectl/v1.37"}
    await wire.call("kubectl", "kube-apiserver", Request("GET", PATH, {"watch": "false"}, headers))
    await wire.call("dashboard", "kube-apiserver", Request("GET", PATH))
    recording.cancel()
    await asyncio.gather(recording, return_exceptions=True)
    asked = await asyncio.to_thread(query.hop, wire, 1)
    assert asked is not None
    assert asked["query"] == {"watch": "false"}
    assert asked["headers"] == {"authorization": "Bearer …", "user-agent": "kubectl/v1.37"}
    answered = await asyncio.to_thread(query.answer, wire, 1)
    assert answered is not None
    assert (answered["id"], answered["headers"]) == (2, {"content-type": "application/json"})
    kept = await asyncio.to_thread(lambda: list(sink.KeptHop.objects.values_list("source", flat=True)))
    assert "dashboard" not in kept
