"""Broken HTTP, broken TLS, connections that dawdle, watches that drop: never a 5xx, never a hang, nothing left over."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cluster.kubeadm import pki
from tests.installation import Installation, installation

pytestmark = pytest.mark.crash
PODS = "/api/v1/namespaces/default/pods"
K = f"/clusters/demo{PODS}"
HOST = "Host: 127.0.0.1\r\n"
JSON = "Content-Type: application/json\r\n"
BROKEN: tuple[bytes, ...] = tuple(
    text.encode("latin-1")
    for text in (
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        f"GET {K}\r\n\r\n",
        f"get {K} HTTP/1.1\r\n{HOST}\r\n",
        f"GET {K} HTTP/9.9\r\n{HOST}\r\n",
        f"GET {K} HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        f"GET http://elsewhere{K} HTTP/1.1\r\n{HOST}\r\n",
        f"CONNECT 127.0.0.1:22 HTTP/1.1\r\n{HOST}\r\n",
        f"OPTIONS * HTTP/1.1\r\n{HOST}\r\n",
        f"GET /clusters/demo/../../etc/passwd HTTP/1.1\r\n{HOST}\r\n",
        f"GET /clusters/%2e%2e/ HTTP/1.1\r\n{HOST}\r\n",
        f"GET /clusters//api HTTP/1.1\r\n{HOST}\r\n",
        f"GET /clusters/demo HTTP/1.1\r\n{HOST}\r\n",
        f"GET /static/../kubelearn/settings.py HTTP/1.1\r\n{HOST}\r\n",
        f"GET /static/%2e%2e/%2e%2e/manage.py HTTP/1.1\r\n{HOST}\r\n",
        f"GET /\xff\xfe\x00 HTTP/1.1\r\n{HOST}\r\n",
        f"GET /c/%ff%00/ HTTP/1.1\r\n{HOST}\r\n",
        f"GET /login/{'x' * 3000}/ HTTP/1.1\r\n{HOST}\r\n",
        f"GET {K}{'x' * 200_000} HTTP/1.1\r\n{HOST}\r\n",
        f"GET {K}?{'a=b&' * 20_000} HTTP/1.1\r\n{HOST}\r\n",
        f"GET {K}?limit=-5&continue=%ff&labelSelector=((&fieldSelector=a HTTP/1.1\r\n{HOST}\r\n",
        f"GET {K}?resourceVersion=-7&watch=perhaps&timeoutSeconds=soon HTTP/1.1\r\n{HOST}\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}X: {'y' * 1_000_000}\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}" + "".join(f"X-{n}: y\r\n" for n in range(5000)) + "\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}no colon here\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST} folded: header\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}A\x00B: c\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}Authorization: Bearer \xff\xfe\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}Authorization: Basic !!!\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}Impersonate-User: \xff\r\n\r\n",
        f"GET {K} HTTP/1.1\r\n{HOST}Cookie: sessionid={'x' * 5000}\r\n\r\n",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: -5\r\n\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: many\r\n\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: 2\r\nContent-Length: 50\r\n\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: 999999999999\r\n\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Transfer-Encoding: gzip\r\n\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}",
        f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Expect: miracles\r\nContent-Length: 2\r\n\r\n{{}}",
        f"POST /api/clusters/ HTTP/1.1\r\n{HOST}{JSON}Content-Length: 2\r\n\r\n{{]",
        f"POST /login/ HTTP/1.1\r\n{HOST}Content-Type: multipart/form-data; boundary=\r\nContent-Length: 2\r\n\r\n--",
        f"GET {K} HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        f"GET /ws/c/demo/ HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
        f"GET /ws/nowhere/ HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
)
API_BODIES = (
    b"{",
    b"[]",
    b"\xff",
    b'{"name": 5, "nodes": "many"}',
    b'{"name": "../x", "nodes": -1}',
    b'{"action": "hold", "delay_seconds": 1e999}',
    b'{"seconds": NaN}',
    b'{"running": "perhaps"}',
    b"[" * 100_000,
)
API_PATHS = (
    "clusters/",
    "clusters/demo/",
    "clusters/demo/rules/",
    "clusters/demo/pace/",
    "clusters/demo/components/etcd/",
    "clusters/demo/components/%00/",
    "clusters/demo/snapshots/",
    "clusters/demo/snapshots/..%2f..%2ftoken/restore/",
    "clusters/demo/hops/99999999999999999999999/",
    "clusters/demo/hops/?limit=nan&after=inf",
    "clusters/demo/keys/?key=%00&revision=99999999999999999999",
    "clusters/demo/journeys/%ff/",
    "nothing/",
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("broken")) as running:
        yield running


def connect(installed: Installation, port: str, context: ssl.SSLContext | None = None) -> socket.socket:
    host, _, number = (installed.https if port == "https" else installed.http).partition(":")
    plain = socket.create_connection((host, int(number)), timeout=20)
    if port == "http":
        return plain
    return (context or installed.tls()).wrap_socket(plain, server_hostname=host)


def said(connection: socket.socket, sent: bytes) -> bytes:
    """What the server answers before it closes, or within a second when it waits for more."""
    connection.settimeout(1.0)
    found = b""
    try:
        connection.sendall(sent)
        while part := connection.recv(65536):
            found += part
            if b"\r\n\r\n" in found:
                break
    except (OSError, ssl.SSLError):
        pass
    return found


def status_of(answer: bytes) -> int:
    """0 for a connection that was closed, or left waiting for more, without an answer."""
    line = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0


def memory_mib(installed: Installation) -> float:
    assert installed.process is not None
    text = Path(f"/proc/{installed.process.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def open_files(installed: Installation) -> int:
    assert installed.process is not None
    return len(os.listdir(f"/proc/{installed.process.pid}/fd"))


def settles(installed: Installation, files: int) -> bool:
    deadline = time.monotonic() + 20
    while open_files(installed) > files + 5:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def assert_well(installed: Installation, files: int) -> None:
    """It answers, has let everything go, has written nothing, and nothing went wrong inside."""
    code, pods = installed.kube(PODS)
    assert (code, pods["items"]) == (200, [])
    assert [each["name"] for each in installed.api("/api/clusters/")] == ["demo"]
    assert settles(installed, files), "connections were not let go"
    assert "Traceback" not in installed.output()


@pytest.mark.parametrize("port", ["http", "https"])
def test_broken_http_is_refused_or_cut(installed: Installation, port: str) -> None:
    files = open_files(installed)
    for sent in BROKEN:
        with connect(installed, port) as connection:
            code = status_of(said(connection, sent))
            assert code < 500, (code, sent[:200])
    assert_well(installed, files)


def test_kubelearns_rest_refuses_nonsense(installed: Installation) -> None:
    files = open_files(installed)
    token = (installed.data / "token").read_text()
    for path in API_PATHS:
        for method in ("GET", "POST", "PUT", "PATCH", "BREW"):
            for body in API_BODIES:
                head = f"{method} /api/{path} HTTP/1.1\r\n{HOST}{JSON}Authorization: Bearer {token}\r\nConnection: close\r\n"
                with connect(installed, "http") as connection:
                    answer = said(connection, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                    assert 200 <= status_of(answer) < 500, (method, path, body[:60], answer[:300])
    assert installed.api("/api/clusters/demo/rules/")["rules"] == []
    assert installed.api("/api/clusters/demo/pace/")["mode"] == "real"
    assert_well(installed, files)


def test_broken_tls_and_strange_certificates(installed: Installation, tmp_path: Path) -> None:
    files = open_files(installed)
    host, _, number = installed.https.partition(":")
    for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\x00" * 5000, os.urandom(4096), b""):
        with socket.create_connection((host, int(number)), timeout=5) as plain:
            said(plain, sent)
    with connect(installed, "https") as half:
        half.sendall(f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: 500\r\n\r\n{{".encode())
        socket.socket.shutdown(half, socket.SHUT_WR)
    for name, groups in (
        ("kubernetes-admin", ("system:masters",)),
        ("system:node:worker-1", ("system:nodes",)),
        ("", ()),
    ):
        certificate, key = pki.authority(tmp_path, "client-ca").issue(name or "\u2603", groups)
        pem = tmp_path / "stranger.pem"
        pem.write_bytes(certificate + key)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(pem)
        with connect(installed, "https", context) as stranger:
            assert status_of(said(stranger, f"GET {K} HTTP/1.1\r\n{HOST}\r\n".encode())) == 401
    assert_well(installed, files)


def test_those_who_dawdle_hold_nobody_up(installed: Installation) -> None:
    files = open_files(installed)
    before = memory_mib(installed)
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(installed, port)) for port in ("http", "https") * 50]
        for number, connection in enumerate(slow):
            head = f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: 3000000\r\n"
            connection.sendall(head.encode() if number % 4 < 2 else f"{head}\r\n".encode() + b"[" * 1000)
        for _ in range(5):
            for connection in slow:
                connection.sendall(b"a" if connection is not slow[0] else b"x")
            began = time.monotonic()
            assert installed.kube("/api/v1/nodes")[0] == 200
            assert time.monotonic() - began < 5
    assert memory_mib(installed) - before < 60
    assert_well(installed, files)


def test_big_bodies_are_refused_and_do_not_stay_in_memory(installed: Installation) -> None:
    before = memory_mib(installed)
    for number in range(30):
        body = b'{"a": "' + b"x" * ((3 if number % 2 else 2) * 1024 * 1024 + 900_000) + b'"}'
        with connect(installed, "https") as connection:
            head = f"POST {K} HTTP/1.1\r\n{HOST}{JSON}Content-Length: {len(body)}\r\n\r\n".encode()
            code = status_of(said(connection, head + body))
            assert code in (0, 400, 413, 422), code
    assert installed.kube("/api/v1/nodes")[0] == 200
    assert memory_mib(installed) - before < 60


def test_a_thousand_watches_opened_and_dropped_leave_nothing(installed: Installation) -> None:
    def watches() -> int:
        return int(installed.api("/api/clusters/demo/components/kube-apiserver/")["inspect"]["watches"])

    files, before = open_files(installed), watches()
    for round_number in range(10):
        with ExitStack() as stack:
            opened = [stack.enter_context(connect(installed, "https")) for _ in range(100)]
            for connection in opened:
                connection.sendall(f"GET {K}?watch=true HTTP/1.1\r\n{HOST}\r\n".encode())
            for connection in opened:
                assert status_of(connection.recv(4096)) == 200
            assert watches() >= before + 100
            if round_number == 4:  # what stays from the first rounds (buffers, the ring's hops) is no leak
                memory = memory_mib(installed)
    assert settles(installed, files), "connections were not let go"
    deadline = time.monotonic() + 10
    while watches() > before:
        assert time.monotonic() < deadline, "watches were not let go"
        time.sleep(0.1)
    assert memory_mib(installed) - memory < 25
