"""SPDY frames: what one end makes, the other reads; what is no frame is refused."""

from __future__ import annotations

import struct

import pytest

from cluster.apiserver import spdy


def test_the_dictionary_is_the_protocol_s() -> None:
    assert len(spdy.DICTIONARY) == 1423
    assert spdy.DICTIONARY.startswith(b"\x00\x00\x00\x07options")
    assert b"\x00\x00\x00\x06200 OK" in spdy.DICTIONARY


def test_streams_open_are_answered_and_carry_data() -> None:
    client, server = spdy.Session(), spdy.Session()
    headers = {"streamtype": "data", "port": "80", "requestid": "0"}
    sent = (
        client.opening(1, headers)
        + client.opening(3, {"streamtype": "error"}, spdy.FIN)
        + client.data(1, b"hi", last=True)
    )
    first, second, third = server.frames(sent)
    assert (first.type, first.stream, first.headers) == (spdy.SYN_STREAM, 1, headers)
    assert (second.headers, second.is_last) == ({"streamtype": "error"}, True)
    assert (third.type, third.stream, third.data, third.is_last) == (0, 1, b"hi", True)
    (reply,) = client.frames(server.reply(1))
    assert (reply.type, reply.stream, reply.headers) == (spdy.SYN_REPLY, 1, {})
    (ping,) = client.frames(server.ping(7))
    assert (ping.type, ping.stream) == (spdy.PING, 7)


def test_a_frame_may_come_in_pieces() -> None:
    client, server = spdy.Session(), spdy.Session()
    sent = client.data(5, b"in pieces")
    found = [frame for byte in sent for frame in server.frames(bytes([byte]))]
    assert [frame.data for frame in found] == [b"in pieces"]


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack(">II", 1, spdy.LONGEST_FRAME_BYTES + 1),
        struct.pack(">II", 1 << 31 | 2 << 16 | spdy.PING, 4) + b"\0\0\0\1",
        struct.pack(">II", 1 << 31 | 3 << 16 | spdy.SYN_STREAM, 2) + b"\0\0",
        struct.pack(">II", 1 << 31 | 3 << 16 | spdy.SYN_STREAM, 14) + b"\0" * 10 + b"junk",
    ],
)
def test_what_is_no_frame_is_refused(sent: bytes) -> None:
    with pytest.raises(spdy.SpdyError):
        list(spdy.Session().frames(sent))
