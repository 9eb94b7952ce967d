"""TLS as the HTTPS port speaks it: our certificate, any client certificate, and short ways from a write to the socket.

Twisted collects small writes until its next turn and writes when the selector says that the socket is ready: two turns
of the event loop before an answer leaves. An answer that is written whole goes out at once; what the socket doesn't take
waits as usual.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from twisted.internet import tcp
from twisted.internet.interfaces import IOpenSSLContextFactory
from twisted.protocols.tls import BufferingTLSTransport, TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

RECORD_BYTES = 16 * 1024
BIO_BYTES = 32 * 1024
PARTIAL_WRITES = 0x1
"""OpenSSL's SSL_MODE_ENABLE_PARTIAL_WRITE, which pyOpenSSL sets: a write would end after its first record."""


@implementer(IOpenSSLContextFactory)
class TlsContext:
    """TLS with our certificate; asks for a client certificate and takes any, since each cluster trusts its own CA."""

    def __init__(self, certificate: Path, key: Path) -> None:
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.use_certificate_chain_file(str(certificate))
        context.use_privatekey_file(str(key))
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.set_session_id(b"kubelearn")
        context.clear_mode(PARTIAL_WRITES)
        self._context = context

    def getContext(self) -> SSL.Context:
        return self._context


def peer_certificates(transport: Any) -> list[str]:
    """The certificate of a connection's client as PEM, if it sent one."""
    certificate = transport.getPeerCertificate()
    return [crypto.dump_certificate(crypto.FILETYPE_PEM, certificate).decode()] if certificate else []


class TlsTransport(BufferingTLSTransport):
    """A connection whose owner may write without waiting for the next turn."""

    def makeConnection(self, transport: Any) -> None:
        transport.setTcpNoDelay(True)
        super().makeConnection(transport)

    def write_now(self, data: bytes) -> None:
        TLSMemoryBIOProtocol.write(self, data)

    def _flushSendBIO(self) -> None:
        """As Twisted's, but what is read short was the last."""
        more = True
        while more:
            try:
                data = self._tlsConnection.bio_read(BIO_BYTES)
            except SSL.WantReadError:
                return
            self.transport.write(data)
            more = len(data) == BIO_BYTES

    def _write(self, data: bytes) -> None:
        """OpenSSL cuts a large piece into records by itself, where Twisted hands them over one by one."""
        if len(data) <= RECORD_BYTES or self._lostTLSConnection:
            super()._write(data)
            return
        try:
            self._tlsConnection.send(data)
        except SSL.WantReadError:
            self._bufferedWrite(data)
        except SSL.Error:
            self._tlsShutdownFinished(Failure())
        else:
            self._flushSendBIO()


class PromptSocket(tcp.Server):
    """A connection that sends at once what the socket takes."""

    def write(self, data: bytes) -> None:
        if data and self.connected and not (self.disconnecting or self.dataBuffer or self._tempDataBuffer):
            sent = self.writeSomeData(data)
            if isinstance(sent, int):
                if sent == len(data):
                    return
                data = data[sent:]
        super().write(data)
