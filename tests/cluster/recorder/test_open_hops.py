"""Hops still on their way are kept too, so that a killed process leaves word of them."""

from __future__ import annotations

import asyncio

import pytest

from cluster.clock import Clock, VirtualClock
from cluster.recorder import query, sink
from cluster.recorder.recorder import FLUSH_SECONDS, Recorder
from cluster.wire.control import Rule
from cluster.wire.held import EDIT, Verdict
from cluster.wire.hop import CUT, HELD
from cluster.wire.message import Payload, Request, Response
from cluster.wire.transport import Wire

pytestmark = pytest.mark.django_db(transaction=True)
PODS = "/api/v1/namespaces/default/pods"


async def answer(request: Request) -> Response:
    made = {"metadata": {"name": "web", "namespace": "default", "uid": "u1"}}
    return Response(201, Payload(object=made), revision=7)


async def kept(hop_id: int) -> dict[str, object]:
    row = await asyncio.to_thread(lambda: sink.KeptHop.objects.filter(hop=hop_id).first())
    return {} if row is None else query.row_as_dict(row)


async def test_a_held_hop_is_kept_and_its_end_is_added() -> None:
    clock = Clock()
    wire = Wire("test", VirtualClock())
    wire.serve("kube-apiserver", answer)
    recording = asyncio.get_running_loop().create_task(Recorder(wire, clock).run())
    wire.control.add(Rule("hold", target="kube-apiserver", verb="POST"))
    body = Payload(object={"metadata": {"name": "web"}})
    asked = asyncio.get_running_loop().create_task(
        wire.call("kubectl", "kube-apiserver", Request("POST", PODS, body=body))
    )
    await clock.sleep(FLUSH_SECONDS * 3)
    (hop_id,) = wire.control.held
    while_held = await kept(hop_id)
    assert (while_held["outcome"], while_held["subject"]["name"]) == (HELD, "web")  # type: ignore[index]
    wire.control.release(hop_id)
    await asked
    await clock.sleep(FLUSH_SECONDS * 3)
    at_the_end = await kept(hop_id)
    assert (at_the_end["outcome"], at_the_end["subject"]["uid"], at_the_end["revision"]) == ("201", "u1", 7)  # type: ignore[index]
    recording.cancel()
    await asyncio.gather(recording, return_exceptions=True)
    assert await asyncio.to_thread(sink.cut_off, "test") == 0
    clock.close()


async def test_what_a_killed_process_left_open_is_cut_off() -> None:
    wire = Wire("test", VirtualClock())
    open_hop = wire.record("kubectl", "kube-apiserver", "POST", PODS, 0)
    ended = wire.record("kubectl", "kube-apiserver", "GET", PODS, 0)
    ended.outcome = "200"
    heard = [sink.Heard(hop, hop.request, hop.response) for hop in (open_hop, ended)]
    await asyncio.to_thread(sink.write, heard)
    assert await asyncio.to_thread(sink.cut_off, "another") == 0
    assert await asyncio.to_thread(sink.cut_off, "test") == 1
    assert (await kept(open_hop.id))["outcome"] == CUT
    assert (await kept(ended.id))["outcome"] == "200"


async def test_what_a_person_made_of_a_held_hop_is_kept_for_ever() -> None:
    clock = Clock()
    wire = Wire("test", VirtualClock())
    wire.serve("kube-apiserver", answer)
    recording = asyncio.get_running_loop().create_task(Recorder(wire, clock).run())
    wire.control.add(Rule("hold", target="kube-apiserver"))
    body = Payload(object={"metadata": {"name": "web"}})
    asked = asyncio.ensure_future(wire.call("kubectl", "kube-apiserver", Request("POST", PODS, body=body)))
    await clock.sleep(FLUSH_SECONDS * 3)
    (hop_id,) = wire.control.held
    assert (await kept(hop_id))["touched"] == ""
    wire.control.decide(hop_id, Verdict(EDIT, body={"metadata": {"name": "other"}}, by="alice"))
    await asked
    await clock.sleep(FLUSH_SECONDS * 2)
    row = await asyncio.to_thread(sink.KeptHop.objects.get, hop=hop_id)
    assert (row.touched, bytes(row.request)) == ("edited by alice", b'{"metadata":{"name":"other"}}')
    recording.cancel()
    await asyncio.gather(recording, return_exceptions=True)
    clock.close()
