"""kubectl as a program: its session comes from the environment, its streams are the process's.

The kubeconfig is that of --kubeconfig, of KUBECONFIG, else the installation's own in KUBELEARN_DATA.
"""

from __future__ import annotations

import asyncio
import base64
import os
import ssl
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cluster.apis.registry import Registry
from cluster.client.rest import Client, Credentials
from cluster.clock import Clock
from cluster.kubectl import kubeconfig, kubeconfig_files, main
from cluster.kubectl.errors import CommandError, text
from cluster.kubectl.session import Read, Session, Write
from cluster.wire.http import HttpConnection

USER_AGENT = "kubectl/v1.37.0 (kubelearn)"
INTERRUPTED = 130
CLOSING_ROUNDS = 5
"""Turns of the event loop in which connections that were cut off, as a watch's is, close their sockets."""


class DiskFiles:
    """The files of this machine, as the process may read them."""

    def read_bytes(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def listing(self, path: str) -> list[str] | None:
        return sorted(os.listdir(path)) if os.path.isdir(path) else None


class Standard:
    """The process's standard input."""

    shown = True

    def __init__(self) -> None:
        self.terminal = sys.stdin.isatty()

    def __call__(self) -> str:
        return sys.stdin.read()

    async def pieces(self) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[str] = asyncio.Queue()

        def read() -> None:
            while line := sys.stdin.readline():
                loop.call_soon_threadsafe(waiting.put_nowait, line)
            loop.call_soon_threadsafe(waiting.put_nowait, "")

        threading.Thread(target=read, daemon=True).start()  # a daemon: a line that never comes holds up no exit
        while line := await waiting.get():
            yield line


def start(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command line to its end on the process's own streams; the exit code."""

    def write(words: str) -> None:
        sys.stdout.write(words)
        sys.stdout.flush()

    try:
        return asyncio.run(run(arguments, environment, Standard(), write, sys.stderr.write))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away
        return 1


async def run(
    arguments: Sequence[str], environment: Mapping[str, str], stdin: Read, write_out: Write, write_err: Write
) -> int:
    """One command line, with connections of its own that end with it."""
    connections: list[HttpConnection] = []
    clock = Clock()

    def connect(access: kubeconfig.Access) -> Client:
        if not access.server:
            raise CommandError("no cluster is configured: start KubeLearn with `make run`, or name a --kubeconfig")
        connection = HttpConnection(access.server, tls(access))
        connections.append(connection)
        credentials = Credentials(token=access.user.get("token", ""), user_agent=USER_AGENT)
        return Client(connection, Registry(()), credentials)

    try:
        files = kubeconfig_files.paths(arguments, environment)
        session = Session(kubeconfig_files.read(files), connect, clock, DiskFiles())
        session.config_file = str(files[-1])
        session.keep = lambda config: kubeconfig_files.write(files, config)
        return await main.run(arguments, stdin, write_out, write_err, session)
    except CommandError as error:
        write_err(text(error))
        return error.code
    finally:
        for connection in connections:
            await connection.close()
        for _ in range(CLOSING_ROUNDS if connections else 0):
            await clock.sleep(0)


def tls(access: kubeconfig.Access) -> ssl.SSLContext | None:
    """TLS as the kubeconfig's cluster and user say; None for plain http."""
    if not access.server.startswith("https"):
        return None
    authority = _data(access.cluster, "certificate-authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if access.cluster.get("insecure-skip-tls-verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif authority:
        context.load_verify_locations(cadata=authority.decode())
    else:
        context.load_default_certs()
    certificate, key = _data(access.user, "client-certificate"), _data(access.user, "client-key")
    if certificate and key:
        with tempfile.NamedTemporaryFile() as file:  # Python's ssl reads a chain from files only; this one is private
            file.write(certificate + b"\n" + key)
            file.flush()
            context.load_cert_chain(file.name)
    return context


def _data(entry: dict[str, Any], name: str) -> bytes:
    """A kubeconfig's credential: embedded, or in a file that it names."""
    if embedded := entry.get(f"{name}-data"):
        return base64.b64decode(embedded)
    return Path(entry[name]).read_bytes() if entry.get(name) else b""
