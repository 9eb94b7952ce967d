"""The wire's road: every message is a hop, with its cause, its answer and its outcome."""

from __future__ import annotations

import asyncio

import pytest

from cluster.wire.hop import current_hop
from cluster.wire.message import ConnectionLost, Payload, Request, Response, Unreachable
from cluster.wire.ring import LARGE_BODIES_BYTES
from cluster.wire.stream import Stream
from cluster.wire.transport import LARGE_BYTES

from .conftest import PODS, Note, Room, get, names


async def test_a_request_and_its_answer_are_two_hops(wire: Room) -> None:
    wire.echo("kube-apiserver")
    body = Payload(object={"metadata": {"name": "web", "uid": "u1"}})
    response = await wire.call("kubectl", "kube-apiserver", Request("POST", PODS, body=body))
    request, answer = wire.hops()
    assert response.body is body
    assert (request.source, request.target, request.verb, request.path) == ("kubectl", "kube-apiserver", "POST", PODS)
    assert (answer.source, answer.target, answer.answers, answer.cause) == ("kube-apiserver", "kubectl", 1, 1)
    assert (request.outcome, answer.outcome, request.revision, answer.revision) == ("200", "200", 1, 1)
    assert request.subject == answer.subject == ("pods", "default", "web", "u1", "")
    assert wire.counts == {("kubectl", "kube-apiserver"): 1, ("kube-apiserver", "kubectl"): 1}


async def test_the_server_learns_who_asks_and_by_which_hop(wire: Room) -> None:
    got = wire.echo("etcd")
    await wire.connect("kube-apiserver", "etcd").send(get())
    assert [(request.source, request.hop) for request in got] == [("kube-apiserver", 1)]


async def test_causes_are_carried_through_nested_calls(wire: Room) -> None:
    wire.echo("etcd")

    async def through(request: Request) -> Response:
        return await wire.call("kube-apiserver", "etcd", Request("Txn", "/registry/pods/default/web"))

    wire.serve("kube-apiserver", through)
    await wire.call("kubectl", "kube-apiserver", get())
    outer, inner, inner_answer, outer_answer = wire.hops()
    assert (outer.cause, inner.cause, inner_answer.cause, outer_answer.cause) == (0, outer.id, inner.id, outer.id)
    assert current_hop.get() == 0


async def test_two_requests_at_once_keep_their_causes_apart(wire: Room) -> None:
    got = wire.echo("etcd")

    async def slow(request: Request) -> Response:
        await wire.clock.sleep(1)
        return await wire.call("kube-apiserver", "etcd", Request("Range", request.path))

    wire.serve("kube-apiserver", slow)
    both = asyncio.gather(*(wire.call(f"client-{n}", "kube-apiserver", get(f"{PODS}/{n}")) for n in range(2)))
    await wire.virtual.advance(1)
    await both
    causes = {hop.path: hop.cause for hop in wire.hops() if hop.verb == "Range" and not hop.answers}
    asked = {hop.path: hop.id for hop in wire.hops() if hop.verb == "GET" and not hop.answers}
    assert causes == asked
    assert len(got) == 2


async def test_latency_is_cluster_time_until_the_answer(wire: Room) -> None:
    async def slow(request: Request) -> Response:
        await wire.clock.sleep(2)
        return Response(201)

    wire.serve("kube-apiserver", slow)
    call = asyncio.ensure_future(wire.call("kubectl", "kube-apiserver", get()))
    await wire.virtual.advance(2)
    await call
    assert (wire.hops()[0].latency_seconds, wire.hops()[0].outcome) == (2.0, "201")


async def test_a_note_is_a_hop_to_oneself_and_the_cause_of_what_follows(wire: Room) -> None:
    wire.echo("kube-apiserver")
    line = wire.connect("kube-scheduler", "kube-apiserver")
    await line.note("Dequeue", f"{PODS}/web", {"metadata": {"name": "web", "uid": "u"}})
    await line.send(get())
    note, request, _ = wire.hops()
    assert (note.source, note.target, note.verb, note.detail) == ("kube-scheduler", "kube-scheduler", "NOTE", "Dequeue")
    assert (note.outcome, note.subject.uid, request.cause) == ("delivered", "u", note.id)


async def test_nobody_there_is_a_lost_connection(wire: Room) -> None:
    with pytest.raises(Unreachable, match="kube-apiserver is not running"):
        await wire.call("kubectl", "kube-apiserver", get())
    assert [hop.outcome for hop in wire.hops()] == ["unreachable"]


async def test_a_server_that_raises_is_a_failed_hop(wire: Room) -> None:
    async def broken(request: Request) -> Response:
        raise RuntimeError("bug")

    wire.serve("kube-apiserver", broken)
    with pytest.raises(RuntimeError, match="bug"):
        await wire.call("kubectl", "kube-apiserver", get())
    assert [hop.outcome for hop in wire.hops()] == ["failed"]


# --- waiting for a stopped server ------------------------------------------------------------------------------------


async def test_a_patient_sender_waits_for_a_stopped_server(wire: Room) -> None:
    call = asyncio.ensure_future(wire.call("kube-apiserver", "etcd", get(patience_seconds=7)))
    await wire.virtual.advance(5)
    assert [hop.outcome for hop in wire.waiting["etcd"].values()] == ["waiting"]
    got = wire.echo("etcd")
    assert (await call).status == 200
    assert (len(got), wire.hops()[0].latency_seconds, dict(wire.waiting["etcd"])) == (1, 5.0, {})


async def test_patience_ends_in_cluster_time(wire: Room) -> None:
    calls = [asyncio.ensure_future(wire.call("kube-apiserver", "etcd", get(patience_seconds=7))) for _ in range(3)]
    await wire.virtual.advance(6.9)
    assert not any(call.done() for call in calls)
    await wire.virtual.advance(0.2)
    assert all(isinstance(call.exception(), Unreachable) for call in calls)
    assert dict(wire.waiting["etcd"]) == {}
    assert not wire._arrivals["etcd"]


async def test_a_server_that_goes_again_at_once_is_waited_for_again(wire: Room) -> None:
    call = asyncio.ensure_future(wire.call("kube-apiserver", "etcd", get(patience_seconds=7)))
    await wire.virtual.settle()
    wire.echo("etcd")
    wire.withdraw("etcd")
    await wire.virtual.advance(1)
    assert not call.done()
    wire.echo("etcd")
    assert (await call).status == 200


async def test_who_gives_up_waiting_is_forgotten(wire: Room) -> None:
    call = asyncio.ensure_future(wire.call("kube-apiserver", "etcd", get(patience_seconds=7)))
    await wire.virtual.settle()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert not wire._arrivals["etcd"]
    assert dict(wire.waiting["etcd"]) == {}
    wire.echo("etcd")


# --- streams ---------------------------------------------------------------------------------------------------------


async def test_each_event_of_a_stream_is_a_hop_caused_by_its_writer(wire: Room) -> None:
    served = wire.answer_stream("kube-apiserver")
    response = await wire.call("kubectl", "kube-apiserver", get(PODS))
    served.push([Note("a", revision=5, hop=77), Note("b", revision=6)])
    assert response.stream is not None
    deliveries = await response.stream.receive()
    first, second = wire.hops()[2:]
    assert [hop for _, hop in deliveries] == [first.id, second.id]
    assert (first.cause, first.revision, first.outcome) == (77, 5, "delivered")
    assert (first.verb, first.detail) == ("WATCH", "ADDED")
    assert second.cause == wire.hops()[0].id
    assert (first.source, first.target, first.subject.name) == ("kube-apiserver", "kubectl", "a")


async def test_what_was_pushed_before_the_answer_comes_first_and_is_told(wire: Room) -> None:
    served = wire.answer_stream("kubelet.worker-1")
    served.push([Note("a")])
    served.push([Note("b")])
    served.close()
    response = await wire.call("kube-apiserver", "kubelet.worker-1", get())
    assert response.stream is not None
    assert names([delivery async for batch in response.stream for delivery in batch]) == ["a", "b"]
    assert [hop.detail for hop in wire.hops()[2:]] == ["ADDED", "ADDED"]


async def test_streams_of_a_stopped_server_end_and_others_stay(wire: Room) -> None:
    wire.answer_stream("kube-apiserver")
    first = (await wire.call("kubectl", "kube-apiserver", get())).stream
    wire.answer_stream("etcd")
    second = (await wire.call("kube-apiserver", "etcd", get())).stream
    wire.withdraw("kube-apiserver")
    assert first is not None
    assert second is not None
    assert await first.receive() == []
    assert isinstance(first.error, Unreachable)
    assert (first.closed, second.closed) == (True, False)


async def test_a_stream_answered_by_a_server_that_is_gone_meanwhile_ends(wire: Room) -> None:
    async def leaves(request: Request) -> Response:
        wire.withdraw("kube-apiserver")
        return Response(200, stream=stream)

    stream = Stream()
    wire.serve("kube-apiserver", leaves)
    response = await wire.call("kubectl", "kube-apiserver", get())
    assert response.stream is stream
    assert isinstance(stream.error, ConnectionLost)


async def test_a_client_that_closes_tells_the_server(wire: Room) -> None:
    served = wire.answer_stream("kube-apiserver")
    closed: list[str] = []
    served.on_close(lambda: closed.append("server knows"))
    stream = (await wire.call("kubectl", "kube-apiserver", get())).stream
    assert stream is not None
    stream.close()
    stream.close()
    served.push([Note("late")])
    assert (closed, await stream.receive(), len(wire.hops())) == (["server knows"], [], 2)


async def test_large_bodies_stay_in_memory_up_to_a_bound_of_their_own(wire: Room) -> None:
    wire.echo("kube-apiserver")
    large = Payload(raw=b'{"metadata": {"name": "web", "uid": "u"}, "data": "%b"}' % (b"x" * LARGE_BYTES))
    most = LARGE_BODIES_BYTES // (2 * large.held_bytes)
    for _ in range(most + 1):
        response = await wire.call("kubectl", "kube-apiserver", Request("POST", PODS, body=large))
    assert response.body.held_bytes > LARGE_BYTES
    request, answer, *newer = wire.hops()
    assert not any((request.request, request.response, answer.request, answer.response))
    assert (request.subject.name, answer.subject.uid) == ("web", "u")
    assert len(newer) == 2 * most
    assert all(hop.request for hop in newer)
