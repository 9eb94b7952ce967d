"""Watches: every change once, in order; what a selector makes of it; what happens when the wire or etcd fails."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.apimachinery.watch_event import BOOKMARK
from cluster.wire import component
from cluster.wire.message import Payload, Request

from .conftest import Home, config_map, delivered, pod, told


def labelled(name: str, colour: str) -> dict[str, Any]:
    found = config_map(name)
    found["metadata"]["labels"] = {"colour": colour}
    return found


async def test_a_watch_tells_every_change_after_its_resource_version(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map("a"))
    await home.client.patch("ConfigMap", "a", {"data": {"x": "1"}}, "default")
    version = made["metadata"]["resourceVersion"]
    stream = await home.client.watch("ConfigMap", "default", resourceVersion=version)
    await home.client.delete("ConfigMap", "a", "default")
    await home.clock.settle()
    assert told(stream) == [("MODIFIED", "a"), ("DELETED", "a")]


async def test_without_a_version_what_is_there_comes_first(home: Home) -> None:
    await home.client.create("ConfigMap", config_map("a"))
    stream = await home.client.watch("ConfigMap", "default")
    assert told(stream) == [("ADDED", "a")]


async def test_initial_events_end_with_a_marked_bookmark(home: Home) -> None:
    await home.client.create("ConfigMap", config_map("a"))
    stream = await home.client.watch(
        "ConfigMap",
        "default",
        sendInitialEvents="true",
        allowWatchBookmarks="true",
        resourceVersionMatch="NotOlderThan",
    )
    added, bookmark = delivered(stream)
    assert (added.type, bookmark.type) == ("ADDED", BOOKMARK)
    assert bookmark.object["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_bookmarks_come_every_minute_to_those_who_asked(home: Home) -> None:
    version = str(await home.revision())
    asked = await home.client.watch("ConfigMap", resourceVersion=version, allowWatchBookmarks="true")
    silent = await home.client.watch("ConfigMap", resourceVersion=version)
    await home.clock.advance(61)
    (bookmark,) = delivered(asked)
    assert (bookmark.type, bookmark.object["metadata"]["resourceVersion"]) == (BOOKMARK, version)
    assert delivered(silent) == []


async def test_a_selector_turns_changes_into_comings_and_goings(home: Home) -> None:
    version = str(await home.revision())
    stream = await home.client.watch("ConfigMap", "default", resourceVersion=version, labelSelector="colour=red")
    await home.client.create("ConfigMap", labelled("a", "blue"))
    for colour in ("red", "red", "blue"):
        patch = {"metadata": {"labels": {"colour": colour}}, "data": {"n": str(await home.revision())}}
        await home.client.patch("ConfigMap", "a", patch, "default")
    await home.client.delete("ConfigMap", "a", "default")
    await home.clock.settle()
    assert told(stream) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


async def test_a_kubelet_hears_of_its_own_pods_only(home: Home) -> None:
    version = str(await home.revision())
    own = await home.client.watch("Pod", resourceVersion=version, fieldSelector="spec.nodeName=worker-1")
    other = await home.client.watch("Pod", resourceVersion=version, fieldSelector="spec.nodeName=worker-2")
    await home.client.create("Pod", pod())
    binding = {"target": {"kind": "Node", "name": "worker-1"}}
    await home.client.create("Pod", binding, "default", subresource="binding", name="web")
    await home.clock.settle()
    assert told(own) == [("ADDED", "web")]
    assert delivered(other) == []


async def test_a_change_costs_nothing_for_watchers_of_other_nodes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from cluster.apiserver.watcher import Watcher

    streams = [
        await home.client.watch("Pod", resourceVersion="1000000", fieldSelector=f"spec.nodeName=worker-{number}")
        for number in range(200)
    ]
    asked: list[Watcher] = []
    real = Watcher.tell
    monkeypatch.setattr(Watcher, "tell", lambda self, changes: (asked.append(self), real(self, changes))[1])
    await home.client.create("Pod", pod(nodeName="worker-7"))
    await home.clock.settle()
    assert len(asked) == 1
    for stream in streams:
        stream.close()
    assert home.server.inspect()["watches"] == 0


async def test_all_watchers_share_one_event(home: Home) -> None:
    version = str(await home.revision())
    streams = [await home.client.watch("ConfigMap", resourceVersion=version) for _ in range(2)]
    await home.client.create("ConfigMap", config_map("a"))
    await home.clock.settle()
    (first,), (second,) = [delivered(stream) for stream in streams]
    assert first is second


async def test_a_version_that_is_no_longer_kept_is_told_as_an_error_event(home: Home) -> None:
    for number in range(3):
        await home.client.create("ConfigMap", config_map(f"m{number}"))
    newest = await home.revision()
    await home.etcd.handle(Request("Compact", "/compact", body=Payload(object={"revision": newest - 1})))
    await home.restart_server()
    stream = await home.client.watch("ConfigMap", "default", resourceVersion="1")
    (event,) = delivered(stream)
    assert (event.type, event.object["code"], event.object["reason"]) == ("ERROR", 410, "Expired")
    assert event.object["message"] == f"too old resource version: 1 ({newest})"
    assert stream.closed


async def test_a_watch_resumes_over_a_restart_of_the_api_server(home: Home) -> None:
    first = await home.client.create("ConfigMap", labelled("a", "red"))
    await home.client.create("ConfigMap", labelled("b", "red"))
    await home.client.patch("ConfigMap", "a", {"metadata": {"labels": {"colour": "blue"}}}, "default")
    await home.client.delete("ConfigMap", "b", "default")
    version = first["metadata"]["resourceVersion"]
    await home.restart_server()
    await home.client.watch("ConfigMap", "default", resourceVersion=str(int(version) + 2))
    every, red = [
        await home.client.watch("ConfigMap", "default", resourceVersion=version, **query)
        for query in ({}, {"labelSelector": "colour=red"})
    ]
    last = await home.client.create("ConfigMap", labelled("c", "red"))
    await home.clock.settle()
    found = delivered(every)
    assert [(event.type, event.object["metadata"]["name"]) for event in found] == [
        ("ADDED", "b"),
        ("MODIFIED", "a"),
        ("DELETED", "b"),
        ("ADDED", "c"),
    ]
    assert found[-1].object["metadata"]["resourceVersion"] == last["metadata"]["resourceVersion"]
    assert [int(event.object["metadata"]["resourceVersion"]) for event in found] == [event.revision for event in found]
    assert told(red) == [("ADDED", "b"), ("DELETED", "a"), ("DELETED", "b"), ("ADDED", "c")]


async def test_a_watch_ends_when_its_time_is_up(home: Home) -> None:
    stream = await home.client.watch("ConfigMap", "default", resourceVersion="1000000", timeoutSeconds="30")
    await home.clock.advance(29)
    assert not stream.closed
    await home.clock.advance(2)
    assert stream.closed


async def test_a_watch_goes_on_over_an_outage_of_etcd_without_gap_or_repeat(home: Home) -> None:
    stream = await home.client.watch("ConfigMap", "default", resourceVersion=str(await home.revision()))
    await home.client.create("ConfigMap", config_map("a"))
    home.wire.withdraw(component.ETCD)
    await home.clock.advance(3)
    body = {
        "key": "/registry/configmaps/default/b",
        "value": b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"b","namespace":"default"}}',
    }
    await home.etcd.handle(Request("Put", body["key"], body=Payload(object=body)))  # written while nobody was told
    home.wire.serve(component.ETCD, home.etcd.handle)
    await home.clock.advance(3)
    await home.client.create("ConfigMap", config_map("c"))
    await home.clock.settle()
    assert told(stream) == [("ADDED", "a"), ("ADDED", "b"), ("ADDED", "c")]


async def test_an_event_that_the_wire_lost_is_fetched_again(home: Home) -> None:
    stream = await home.client.watch("ConfigMap", "default", resourceVersion=str(await home.revision()))
    lost = home.server.cache.consume
    kept: list[int] = []

    def drop_one(deliveries: list[Any]) -> bool:
        if not kept:
            kept.append(1)
            return True
        return lost(deliveries)

    home.server.cache.consume = drop_one  # type: ignore[method-assign]  # the wire's fault, played
    for name in ("a", "b"):
        body = {
            "key": f"/registry/configmaps/default/{name}",
            "value": orjson.dumps({**config_map(name), "kind": "ConfigMap"}),
        }
        await home.etcd.handle(Request("Put", body["key"], body=Payload(object=body)))
    await home.clock.advance(2)
    assert told(stream) == [("ADDED", "a"), ("ADDED", "b")]


async def test_tables_can_be_watched(home: Home) -> None:
    answer = await home.ask(
        "GET",
        "/api/v1/namespaces/default/pods?watch=true&resourceVersion=1000000",
        headers={"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"},
    )
    await home.client.create("Pod", pod("a"))
    await home.client.create("Pod", pod("b"))
    await home.clock.settle()
    assert answer.stream is not None
    first, second = delivered(answer.stream)
    assert first.object["kind"] == "Table"
    assert first.object["columnDefinitions"][0]["name"] == "Name"
    assert second.object["columnDefinitions"] is None
    assert second.object["rows"][0]["cells"][0] == "b"
