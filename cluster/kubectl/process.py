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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cluster.apis.registry import Registry
from cluster.client.rest import Client, Credentials
from cluster.clock import Clock
from cluster.kubectl import kubeconfig, main
from cluster.kubectl.errors import CommandError, text
from cluster.kubectl.session import Session
from cluster.wire.http import HttpConnection

USER_AGENT = "kubectl/v1.37.0 (kubelearn)"
INTERRUPTED = 130


class DiskFiles:
    """The files of this machine, as the process may read them."""

    def read_bytes(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def listing(self, path: str) -> list[str] | None:
        return sorted(os.listdir(path)) if os.path.isdir(path) else None


def start(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command line to its end; the exit code."""
    try:
        return asyncio.run(_run(arguments, environment))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # the reader went away: so may the last words
        return 1
    finally:
        _flush()


async def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    connections: list[HttpConnection] = []

    def connect(access: kubeconfig.Access) -> Client:
        if not access.server:
            raise CommandError("no cluster is configured: start KubeLearn with `make run`, or name a --kubeconfig")
        connection = HttpConnection(access.server, tls(access))
        connections.append(connection)
        credentials = Credentials(token=access.user.get("token", ""), user_agent=USER_AGENT)
        return Client(connection, Registry(()), credentials)

    def write(words: str) -> None:
        sys.stdout.write(words)
        sys.stdout.flush()

    def warn(words: str) -> None:
        sys.stderr.write(words)

    try:
        session = Session(configuration(arguments, environment), connect, Clock(), DiskFiles())
        return await main.run(arguments, sys.stdin.read, write, warn, session)
    except CommandError as error:
        warn(text(error))
        return error.code
    finally:
        for connection in connections:
            await connection.close()


def configuration(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """The kubeconfig that counts. Raises CommandError for one that is named and cannot be read."""
    named = _named_file(arguments)
    if named:
        return kubeconfig.merged([_read(Path(named))])
    listed = [Path(each) for each in environment.get("KUBECONFIG", "").split(":") if each]
    paths = listed or [Path(environment.get("KUBELEARN_DATA", ".data")) / "kubeconfig"]
    return kubeconfig.merged([_read(path) for path in paths if path.exists()])


def _named_file(arguments: Sequence[str]) -> str:
    for at, argument in enumerate(arguments):
        if argument.startswith("--kubeconfig="):
            return argument.partition("=")[2]
        if argument == "--kubeconfig" and at + 1 < len(arguments):
            return arguments[at + 1]
    return ""


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise CommandError(f"stat {path}: no such file or directory") from error
    except yaml.YAMLError as error:
        raise CommandError(f'error loading config file "{path}": {error}') from error
    return found if isinstance(found, dict) else {}


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


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
