"""TLS at the HTTPS port: everything that is written arrives, at once when the socket takes it."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOFactory

from cluster.kubeadm import pki
from kubelearn.tls import PromptSocket, TlsContext, TlsTransport


class Wires(StringTransport):  # type: ignore[misc]  # Twisted's own types are loose
    """The TCP connection below."""

    def setTcpNoDelay(self, enabled: bool) -> None:
        self.no_delay = enabled


class Connected:
    """A client that has shaken hands with the port."""

    def __init__(self, folder: Path) -> None:
        identity = pki.serving_identity(folder, "127.0.0.1:6443")
        context = TlsContext(identity.certificate_path, identity.key_path)
        factory = TLSMemoryBIOFactory(context, False, Factory.forProtocol(Protocol))
        factory.protocol = TlsTransport
        self.server = factory.buildProtocol(None)
        self.wires = Wires()
        self.server.makeConnection(self.wires)
        self.client = SSL.Connection(SSL.Context(SSL.TLS_METHOD), None)
        self.client.set_connect_state()
        for _ in range(4):
            with contextlib.suppress(SSL.WantReadError):
                self.client.do_handshake()
            self._exchange()

    def _exchange(self) -> None:
        with contextlib.suppress(SSL.WantReadError):
            self.server.dataReceived(self.client.bio_read(2**16))
        if self.wires.value():
            self.client.bio_write(self.wires.value())
            self.wires.clear()

    def received(self) -> bytes:
        self._exchange()
        parts = []
        while True:
            try:
                parts.append(self.client.recv(2**16))
            except SSL.WantReadError:
                return b"".join(parts)


@pytest.mark.parametrize("size", [1, 16 * 1024, 16 * 1024 + 1, 33_000, 64_000, 1_000_000])
def test_a_piece_of_any_size_arrives_whole(tmp_path: Path, size: int) -> None:
    connected = Connected(tmp_path)
    data = bytes(range(256)) * (size // 256 + 1)
    connected.server.write_now(data[:size])
    assert connected.received() == data[:size]


def test_small_packets_are_not_held_back(tmp_path: Path) -> None:
    assert Connected(tmp_path).wires.no_delay


class Reactor:
    """Notes who wants to be told that its socket can be written."""

    def __init__(self) -> None:
        self.writers: set[Any] = set()

    def addReader(self, reader: Any) -> None: ...

    def addWriter(self, writer: Any) -> None:
        self.writers.add(writer)

    def removeWriter(self, writer: Any) -> None:
        self.writers.discard(writer)


def test_the_socket_takes_what_it_can_at_once_and_the_rest_in_order() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    reactor = Reactor()
    connection = PromptSocket(ours, Protocol(), ("", 0), None, 0, reactor)
    connection.write(b"first")
    assert theirs.recv(100) == b"first"
    assert not reactor.writers
    sent = bytes(range(256)) * 8192
    connection.write(sent)
    connection.write(b"last")
    assert reactor.writers == {connection}
    received = b""
    while reactor.writers:
        received += theirs.recv(2**20)
        connection.doWrite()
    theirs.setblocking(False)
    while len(received) < len(sent) + 4:
        received += theirs.recv(2**20)
    assert received == sent + b"last"
    ours.close()
    theirs.close()
