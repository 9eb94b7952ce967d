"""The HTTPS door: what goes out as HTTP for what the API server answers."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import orjson
import pytest

from cluster.apiserver import asgi
from cluster.apiserver.asgi import KubernetesApp
from cluster.wire.message import ConnectionLost

from .conftest import Home, config_map

CONFIG_MAPS = "/clusters/demo/api/v1/namespaces/default/configmaps"


class Browser:
    """One HTTP exchange with the application, as daphne would have it."""

    def __init__(self, home: Home, method: str, path: str, body: bytes = b"", **headers: str) -> None:
        path, _, query = path.partition("?")
        self.sent: list[dict[str, Any]] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.incoming.put_nowait({"type": "http.request", "body": body})
        named = {"authorization": "Bearer admin-token", "user-agent": "kubectl/v1.37.2", **headers}
        lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": lines}
        app = KubernetesApp({"demo": home.wire}.get)
        self.task = asyncio.ensure_future(app(scope, self.incoming.get, self.send))

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


async def test_an_answer_has_its_length(home: Home) -> None:
    exchange = Browser(home, "POST", CONFIG_MAPS, orjson.dumps(config_map()))
    await exchange.task
    assert (exchange.status, exchange.headers[b"content-length"]) == (201, str(len(exchange.body)).encode())
    assert orjson.loads(exchange.body)["metadata"]["name"] == "settings"


async def test_a_large_answer_goes_out_in_pieces(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "CHUNK_BYTES", 1000)
    exchange = Browser(home, "GET", "/clusters/demo/api/v1/namespaces")
    await exchange.task
    assert len(exchange.sent) > 3
    assert int(exchange.headers[b"content-length"]) == len(exchange.body)
    assert orjson.loads(exchange.body)["kind"] == "NamespaceList"


@pytest.mark.parametrize(
    ("items", "accept"), [(100, "application/json"), (1, "application/json"), (100, "application/cbor")]
)
async def test_a_large_answer_is_compressed_for_who_takes_it(home: Home, items: int, accept: str) -> None:
    for number in range(items):
        await home.client.create("ConfigMap", config_map(f"m{number}", text="x" * (200_000 // items)))
    plain = Browser(home, "GET", CONFIG_MAPS, accept=accept)
    small = Browser(
        home, "GET", f"{CONFIG_MAPS}?fieldSelector=metadata.name=none", accept=accept, accept_encoding="gzip"
    )
    packed = Browser(home, "GET", CONFIG_MAPS, accept=accept, accept_encoding="deflate, gzip;q=1.0")
    await asyncio.gather(plain.task, small.task, packed.task)
    assert (packed.headers[b"content-encoding"], packed.headers[b"vary"]) == (b"gzip", b"Accept-Encoding")
    assert len(packed.body) < len(plain.body) // 10
    assert gzip.decompress(packed.body) == plain.body
    assert b"content-encoding" not in {**plain.headers, **small.headers}


async def test_an_unknown_cluster_is_a_404_status(home: Home) -> None:
    exchange = Browser(home, "GET", "/clusters/nope/api/v1/pods")
    await exchange.task
    assert (exchange.status, orjson.loads(exchange.body)["message"]) == (404, 'cluster "nope" not found')


async def test_a_body_over_the_limit_is_a_413_status(home: Home) -> None:
    exchange = Browser(home, "POST", CONFIG_MAPS, b" " * (3 * 1024 * 1024 + 1))
    await exchange.task
    assert (exchange.status, orjson.loads(exchange.body)["reason"]) == (413, "RequestEntityTooLarge")


async def test_a_watch_is_lines_of_json_until_the_client_goes(home: Home) -> None:
    exchange = Browser(home, "GET", f"{CONFIG_MAPS}?watch=true&resourceVersion={await home.revision()}")
    await home.clock.settle()
    await home.client.create("ConfigMap", config_map("a"))
    await home.client.create("ConfigMap", config_map("b"))
    await home.clock.settle()
    events = [orjson.loads(line) for line in exchange.body.splitlines()]
    assert [(event["type"], event["object"]["metadata"]["name"]) for event in events] == [
        ("ADDED", "a"),
        ("ADDED", "b"),
    ]
    assert b"content-length" not in exchange.headers
    assert home.server.inspect()["watches"] == 1
    exchange.incoming.put_nowait({"type": "http.disconnect"})
    await home.clock.settle()
    assert exchange.task.done()
    assert home.server.inspect()["watches"] == 0


async def test_a_stopped_server_gives_no_answer(home: Home) -> None:
    await home.stop_server()
    exchange = Browser(home, "GET", CONFIG_MAPS)
    with pytest.raises(ConnectionLost):
        await exchange.task
    assert exchange.sent == []
