"""Conversations within this process."""

from __future__ import annotations

import asyncio

import pytest

from cluster.wire.conversation import Conversation, Socket, talk
from cluster.wire.hop import current_hop
from cluster.wire.message import ConnectionLost, Response

PROTOCOL = "v5.channel.k8s.io"
HOP = 7


async def shout(socket: Socket) -> None:
    async for message in socket.messages():
        await socket.send(message.upper())
        if message == b"bye":
            return


async def test_both_ends_talk_until_the_server_is_done() -> None:
    found = talk(Conversation((PROTOCOL,), shout), ("other", PROTOCOL), HOP)
    assert found is not None
    await found.send(b"hi")
    await found.send(b"bye")
    assert [message async for message in found.messages()] == [b"HI", b"BYE"]
    await found.close()


async def test_what_the_server_does_meanwhile_has_the_request_as_its_cause() -> None:
    async def cause(socket: Socket) -> None:
        await socket.send(str(current_hop.get()).encode())

    found = talk(Conversation((PROTOCOL,), cause), (PROTOCOL,), HOP)
    assert found is not None
    assert [message async for message in found.messages()] == [b"7"]


async def test_a_server_that_breaks_off_is_a_lost_connection() -> None:
    async def broken(socket: Socket) -> None:
        raise ValueError("no more")

    found = talk(Conversation((PROTOCOL,), broken), (PROTOCOL,), HOP)
    assert found is not None
    with pytest.raises(ConnectionLost, match="no more"):
        [message async for message in found.messages()]


async def test_hanging_up_ends_a_server_that_nobody_hears() -> None:
    ended = asyncio.Event()

    async def talkative(socket: Socket) -> None:
        try:
            while True:
                await socket.send(b"x")
        finally:
            ended.set()

    found = talk(Conversation((PROTOCOL,), talkative), (PROTOCOL,), HOP)
    assert found is not None
    async for _ in found.messages():
        break
    await found.close()
    assert ended.is_set()


def test_other_answers_and_other_protocols_open_none() -> None:
    assert talk(Response(404), (PROTOCOL,), HOP) is None
    assert talk(Conversation((PROTOCOL,), shout), ("v1",), HOP) is None
