"""Heads of requests: what is read here, and what is left to daphne."""

from __future__ import annotations

import pytest

from kubelearn.http_head import Reader, Unusual

LINES = [b"Host: 127.0.0.1:6443", b"User-Agent: kubectl/v1.37.2", b"Accept: application/json"]


def request(first: bytes = b"GET /clusters/demo/api/v1/pods HTTP/1.1", *lines: bytes) -> bytes:
    return b"\r\n".join([first, *LINES, *lines])


def test_a_head_is_read_as_it_was_sent() -> None:
    first = b"POST /clusters/demo/api/v1/namespaces/a%20b/pods?dryRun=All&x=%2F HTTP/1.1"
    head = Reader().read(request(first, b"Content-Length:  17 ", b"X-Empty:"))
    assert (head.method, head.path, head.query) == (
        "POST",
        "/clusters/demo/api/v1/namespaces/a b/pods",
        b"dryRun=All&x=%2F",
    )
    assert head.raw_path == b"/clusters/demo/api/v1/namespaces/a%20b/pods"
    assert head.headers[:2] == [(b"host", b"127.0.0.1:6443"), (b"user-agent", b"kubectl/v1.37.2")]
    assert head.headers[-2:] == [(b"content-length", b"17"), (b"x-empty", b"")]
    assert (head.length, head.keeps_alive) == (17, True)


@pytest.mark.parametrize(("value", "keeps_alive"), [(b"close", False), (b"Keep-Alive", True)])
def test_a_connection_is_kept_as_the_client_says(value: bytes, keeps_alive: bool) -> None:
    assert Reader().read(request(GET, b"Connection: " + value)).keeps_alive is keeps_alive


GET = b"GET /clusters/demo/version HTTP/1.1"


@pytest.mark.parametrize(
    "head",
    [
        request(b"GET /clusters/demo/version HTTP/1.0"),
        request(b"GET /clusters/demo/version HTTP/2"),
        request(b"GET  /clusters/demo/version HTTP/1.1"),
        request(b"GET http://other/clusters/demo/version HTTP/1.1"),
        request(b"GET /clusters/demo/\xc3\xa4 HTTP/1.1"),
        request(b"GET /clusters/demo/version#x HTTP/1.1"),
        request(b"G(T /clusters/demo/version HTTP/1.1"),
        request(b"GET /clusters/demo/version"),
        GET,
        request(GET, b"Host: another"),
        request(GET, b"Transfer-Encoding: chunked"),
        request(GET, b"Expect: 100-continue"),
        request(GET, b"Connection: Upgrade", b"Upgrade: websocket"),
        request(GET, b"Connection: keep-alive, TE"),
        request(GET, b"Content-Length: 1", b"Content-Length: 2"),
        request(GET, b"Content-Length: -1"),
        request(GET, b"Content-Length: 0x10"),
        request(GET, b"Content-Length: "),
        request(GET, b"Content-Length: " + b"9" * 20),
        request(GET, b" folded: line"),
        request(GET, b"no colon"),
        request(GET, b"Bad Name: x"),
        request(GET, b": x"),
        request(GET, b"Under_score: x"),
        request(GET, b"X: a\x00b"),
        request(GET, b"X: a\rb"),
        request(GET, b"X: a\nY: b"),
        request(GET, b""),
        request(GET, b"Authorization: Bearer a", b"Authorization: Bearer b"),
        request(GET, b"Daphne-Root-Path: /x"),
    ],
)
def test_what_is_unusual_is_left_to_others(head: bytes) -> None:
    with pytest.raises(Unusual):
        Reader().read(head)


def test_a_line_that_came_before_reads_the_same() -> None:
    reader = Reader()
    assert reader.read(request()) == reader.read(request())
    for number in range(1000):
        assert (b"x-number", b"%d" % number) in reader.read(request(GET, b"X-Number: %d" % number)).headers
    assert len(reader._known) <= 128
