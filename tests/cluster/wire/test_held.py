"""What a person may do with a held hop, and that it is marked for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.apimachinery.watch_event import WatchEvent
from cluster.wire import held
from cluster.wire.control import HOLD, Dropped, Rule
from cluster.wire.held import DELAY, DROP, DUPLICATE, EDIT, Verdict
from cluster.wire.message import Payload, Request, Response

from .conftest import PODS, Room, get

EDITED: dict[str, Any] = {"metadata": {"name": "other"}}


def post(content_type: str = "application/json") -> Request:
    return Request(
        "POST", PODS, body=Payload(object={"metadata": {"name": "web"}}), headers={"content-type": content_type}
    )


async def hold(wire: Room, request: Request, **conditions: Any) -> tuple[asyncio.Future[Response], int]:
    """(the call, the hop that is held)"""
    wire.control.add(Rule(HOLD, **{"target": "kube-apiserver", "once": True, **conditions}))
    asked = asyncio.ensure_future(wire.call("kubectl", "kube-apiserver", request))
    await wire.virtual.settle()
    return asked, next(iter(wire.control.held))


@pytest.mark.parametrize(
    ("content_type", "becomes"),
    [
        ("application/json", "application/json"),
        ("application/vnd.kubernetes.protobuf", "application/json"),
        ("application/merge-patch+json", "application/merge-patch+json"),
        ("application/apply-patch+yaml", "application/apply-patch+yaml"),
    ],
)
async def test_an_edited_request_reaches_the_server_as_edited(wire: Room, content_type: str, becomes: str) -> None:
    got = wire.echo("kube-apiserver")
    asked, hop_id = await hold(wire, post(content_type))
    wire.control.decide(hop_id, Verdict(EDIT, body=EDITED, by="alice"))
    assert (await asked).body.object == EDITED
    assert (got[0].body.object, got[0].headers["content-type"]) == (EDITED, becomes)
    hop = wire.ring.get(hop_id)
    assert hop is not None
    assert (hop.touched, hop.request.object) == ("edited by alice", EDITED)


async def test_an_edited_answer_reaches_its_sender_as_edited(wire: Room) -> None:
    wire.echo("kube-apiserver")
    asked, hop_id = await hold(wire, post(), source="kube-apiserver", target="kubectl")
    wire.control.decide(hop_id, Verdict(EDIT, body=EDITED, by="alice"))
    assert (await asked).body.object == EDITED


async def test_a_duplicated_request_arrives_twice_and_both_are_marked(wire: Room) -> None:
    got = wire.echo("kube-apiserver")
    asked, hop_id = await hold(wire, post())
    wire.control.decide(hop_id, Verdict(DUPLICATE, by="alice"))
    assert (await asked).status == 200
    await wire.virtual.settle()
    assert [request.path for request in got] == [PODS, PODS]
    marked = [hop for hop in wire.hops() if hop.touched]
    assert [hop.touched for hop in marked] == ["duplicated by alice"] * 2
    assert marked[1].cause == hop_id
    assert not wire.control.active


async def test_a_delayed_hop_goes_on_later_and_is_not_held_meanwhile(wire: Room) -> None:
    wire.echo("kube-apiserver")
    asked, hop_id = await hold(wire, post())
    wire.control.decide(hop_id, Verdict(DELAY, 3))
    await wire.virtual.advance(2.9)
    assert (asked.done(), wire.control.holds) == (False, False)
    await wire.virtual.advance(0.2)
    assert (await asked).status == 200


async def test_who_drops_is_written_on_the_hop(wire: Room) -> None:
    wire.echo("kube-apiserver")
    asked, hop_id = await hold(wire, post())
    wire.control.decide(hop_id, Verdict(DROP, by="alice"))
    with pytest.raises(Dropped):
        await asked
    assert [hop.touched for hop in wire.hops()] == ["dropped by alice"]


@pytest.mark.parametrize(("how", "seen"), [(DUPLICATE, ["web", "web"]), (EDIT, ["other"])])
async def test_an_event_of_a_watch_comes_twice_or_changed(wire: Room, how: str, seen: list[str]) -> None:
    served = wire.answer_stream("kube-apiserver")
    stream = (await wire.call("kubectl", "kube-apiserver", get(PODS))).stream
    assert stream is not None
    wire.control.add(Rule(HOLD, verb="WATCH", once=True))
    served.push([WatchEvent("ADDED", Payload(object={"metadata": {"name": "web"}}), 7)])
    await wire.virtual.settle()
    wire.control.decide(next(iter(wire.control.held)), Verdict(how, body=EDITED, by="alice"))
    await wire.virtual.settle()
    assert [event.object["metadata"]["name"] for event, _ in await stream.receive()] == seen
    assert all(hop.touched for hop in wire.hops() if hop.verb == "WATCH")


async def test_what_can_be_done_depends_on_the_message(wire: Room) -> None:
    note = wire.record("kube-scheduler", "kube-scheduler", "NOTE", f"{PODS}/web", 0)
    write = wire.record("kube-apiserver", "etcd", "Txn", "/registry/pods/default/web", 0)
    asked = wire.record("kubectl", "kube-apiserver", "POST", PODS, 0)
    asked.ask(post())
    assert [(EDIT in held.ways(hop), DUPLICATE in held.ways(hop)) for hop in (note, write, asked)] == [
        (False, False),
        (False, True),
        (True, True),
    ]
    wire.echo("kube-apiserver")
    call, hop_id = await hold(wire, get())
    with pytest.raises(ValueError, match="cannot be asked to edit"):
        wire.control.decide(hop_id, Verdict(EDIT, body=EDITED))
    wire.control.release_all()
    await call
