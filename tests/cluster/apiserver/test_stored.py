"""Stored objects: the bytes stay, the decoded form stays as long as somebody holds it."""

from __future__ import annotations

from collections import deque

import orjson
import pytest

from cluster.apiserver import stored
from cluster.apiserver.stored import StoredPayload

from .conftest import Home, config_map

VALUE = b'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"},"spec":{}}'
STRANGE = b'{"spec":{"a":{}},"metadata":{"name":"web"}}'


@pytest.fixture(autouse=True)
def room_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "NEWEST", 2)
    monkeypatch.setattr(stored, "_newest", deque())
    monkeypatch.setattr(stored, "_held", deque())


def payloads(count: int) -> list[StoredPayload]:
    return [StoredPayload(VALUE, revision) for revision in range(1, count + 1)]


@pytest.mark.parametrize("value", [VALUE, STRANGE])
def test_the_revision_is_put_in_on_reading(value: bytes) -> None:
    payload = StoredPayload(value, 7)
    assert payload.object["metadata"]["resourceVersion"] == "7"
    assert orjson.loads(payload.raw) == payload.object
    assert payload.value is value


def test_nothing_is_decoded_before_it_is_asked_for() -> None:
    payload = StoredPayload(VALUE, 7)
    assert payload
    assert not payload.is_decoded
    assert payload.object is payload.object


def test_what_nobody_holds_is_dropped_and_decoded_again() -> None:
    first, *others = payloads(3)
    assert first.object["metadata"]["resourceVersion"] == "1"
    for other in others:
        assert other.object
    assert [payload.is_decoded for payload in (first, *others)] == [False, True, True]
    assert first.object["metadata"]["resourceVersion"] == "1"


def test_what_somebody_holds_stays_shared() -> None:
    first, *others = payloads(9)
    held = first.object
    for other in others:
        assert other.object
    assert first.object is held
    del held
    for other in payloads(9):
        assert other.object
    assert not first.is_decoded


async def test_a_list_without_selectors_decodes_nothing(home: Home) -> None:
    for name in "abcd":
        await home.client.create("ConfigMap", config_map(name))
    await home.restart_server()
    items = home.server.cache.named("ConfigMap").items
    answer = await home.ask("GET", "/api/v1/namespaces/default/configmaps")
    assert len(orjson.loads(answer.body.raw)["items"]) == len([key for key in items if "/default/" in key])
    assert not any(item.payload.is_decoded for key, item in items.items() if "/default/" in key)


async def test_a_deleted_object_is_told_as_it_was_with_the_revision_of_its_end(home: Home) -> None:
    await home.client.create("ConfigMap", config_map("a", colour="blue"))
    await home.restart_server()
    stream = await home.client.watch("ConfigMap", "default", resourceVersion=str(await home.revision()))
    await home.client.delete("ConfigMap", "a", "default")
    [(event, _)] = await stream.receive()
    assert (event.type, event.object["data"]) == ("DELETED", config_map("a", colour="blue")["data"])
    assert event.object["metadata"]["resourceVersion"] == str(event.revision)
    stream.close()
