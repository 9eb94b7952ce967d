"""Lists: pages, selectors, versions, and the forms an answer can have."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.answer import ListPayload
from cluster.wire.message import Response

from .conftest import Home, assert_refused, config_map, pod

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
TABLE = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)


async def five(home: Home) -> None:
    for name in "abcde":
        await home.client.create("ConfigMap", config_map(name))


def names(answer: Response) -> list[str]:
    return [item["metadata"]["name"] for item in answer.body.object["items"]]


async def test_a_list_comes_in_pages(home: Home) -> None:
    await five(home)
    first = await home.ask("GET", f"{CONFIG_MAPS}?limit=2")
    metadata = first.body.object["metadata"]
    assert (names(first), metadata["remainingItemCount"]) == (["a", "b"], 3)
    second = await home.ask("GET", f"{CONFIG_MAPS}?limit=2&continue={metadata['continue']}")
    assert names(second) == ["c", "d"]
    third = await home.ask("GET", f"{CONFIG_MAPS}?limit=2&continue={second.body.object['metadata']['continue']}")
    assert (names(third), third.body.object["metadata"].get("continue")) == (["e"], None)


@pytest.mark.parametrize("limit", ["limit=2&", ""])
async def test_later_pages_show_the_revision_of_the_first(
    home: Home, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await five(home)
    first = await home.ask("GET", f"{CONFIG_MAPS}?limit=2")
    await home.client.delete("ConfigMap", "c", "default")
    await home.client.create("ConfigMap", config_map("cc"))
    await home.client.patch("ConfigMap", "d", {"data": {"late": "1"}}, "default")
    metadata = first.body.object["metadata"]
    monkeypatch.delattr(home.server.storage, "connection")  # the cache remembers: etcd is not asked
    second = await home.ask("GET", f"{CONFIG_MAPS}?{limit}continue={metadata['continue']}")
    items = second.body.object["items"]
    assert names(second)[:2] == ["c", "d"]
    assert "cc" not in names(second)
    assert "data" not in items[1]
    assert second.body.object["metadata"]["resourceVersion"] == metadata["resourceVersion"]


async def test_a_page_older_than_the_cache_remembers_is_read_from_etcd(home: Home) -> None:
    await five(home)
    first = await home.ask("GET", f"{CONFIG_MAPS}?limit=2")
    await home.client.delete("ConfigMap", "c", "default")
    await home.restart_server()
    second = await home.ask("GET", f"{CONFIG_MAPS}?limit=2&continue={first.body.object['metadata']['continue']}")
    assert names(second) == ["c", "d"]


async def test_a_page_of_a_compacted_revision_is_gone(home: Home) -> None:
    from cluster.wire.message import Payload, Request

    await five(home)
    first = await home.ask("GET", f"{CONFIG_MAPS}?limit=2")
    await home.client.delete("ConfigMap", "e", "default")
    await home.restart_server()
    await home.etcd.handle(Request("Compact", "/", body=Payload(object={"revision": await home.revision()})))
    gone = await home.ask("GET", f"{CONFIG_MAPS}?limit=2&continue={first.body.object['metadata']['continue']}")
    assert (gone.status, gone.body.object["reason"]) == (410, "Expired")
    on = await home.ask("GET", f"{CONFIG_MAPS}?limit=2&continue={gone.body.object['metadata']['continue']}")
    assert names(on) == ["c", "d"]


async def test_a_list_of_exactly_one_version_is_as_it_was(home: Home) -> None:
    await five(home)
    revision = await home.revision()
    await home.client.delete("ConfigMap", "a", "default")
    exact = await home.ask("GET", f"{CONFIG_MAPS}?resourceVersion={revision}&resourceVersionMatch=Exact")
    assert (names(exact), exact.body.object["metadata"]["resourceVersion"]) == (list("abcde"), str(revision))
    newer = await home.ask("GET", f"{CONFIG_MAPS}?resourceVersion={revision}&resourceVersionMatch=NotOlderThan")
    assert names(newer) == list("bcde")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("labelSelector=colour=red", ["a"]),
        ("labelSelector=colour%21=red", ["b"]),
        ("labelSelector=colour in (red,blue)", ["a", "b"]),
        ("fieldSelector=metadata.name=b", ["b"]),
        ("fieldSelector=metadata.name!=b", ["a"]),
        ("fieldSelector=spec.nodeName=", ["a", "b"]),
        ("fieldSelector=status.phase=Running", []),
    ],
)
async def test_selectors(home: Home, query: str, expected: list[str]) -> None:
    for name, colour in (("a", "red"), ("b", "blue")):
        labelled = pod(name)
        labelled["metadata"]["labels"] = {"colour": colour}
        await home.client.create("Pod", labelled)
    assert names(await home.ask("GET", f"{PODS}?{query.replace('%21', '!')}")) == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            f"{PODS}?fieldSelector=spec.bogus=1",
            "field label not supported: spec.bogus",
        ),
        (
            "/apis/apps/v1/deployments?fieldSelector=spec.replicas=1",
            '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
    ],
)
async def test_unknown_fields_are_refused_in_upstreams_words(home: Home, path: str, message: str) -> None:
    assert_refused(await home.ask("GET", path), 400, "BadRequest", message)


async def test_a_list_of_a_version_that_is_not_there_yet_says_so(home: Home) -> None:
    revision = await home.revision()
    answer = await home.ask("GET", f"{PODS}?resourceVersion={revision + 100}")
    message = f"Timeout: Too large resource version: {revision + 100}, current: {revision}"
    assert_refused(answer, 504, "Timeout", message)


async def test_a_table_has_upstreams_columns(home: Home) -> None:
    await home.client.create("Pod", pod())
    answer = await home.ask("GET", PODS, headers={"accept": TABLE})
    table = answer.body.object
    assert (table["kind"], table["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert [each["name"] for each in table["columnDefinitions"] if not each["priority"]] == [
        "Name", "Ready", "Status", "Restarts", "Age",
    ]  # fmt: skip
    (row,) = table["rows"]
    assert row["cells"][:4] == ["web", "0/1", "Pending", "0"]
    assert row["object"]["kind"] == "PartialObjectMetadata"


async def test_metadata_alone(home: Home) -> None:
    await home.client.create("Pod", pod())
    accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    answer = await home.ask("GET", PODS, headers={"accept": accept})
    body = answer.body.object
    assert (body["kind"], body["apiVersion"]) == ("PartialObjectMetadataList", "meta.k8s.io/v1")
    assert body["items"][0].keys() == {"kind", "apiVersion", "metadata"}


async def test_yaml_clients_are_served(home: Home) -> None:
    import yaml

    await home.client.create("ConfigMap", config_map("a"))
    as_yaml = await home.ask("GET", f"{CONFIG_MAPS}/a", headers={"accept": "application/yaml"})
    assert as_yaml.headers["content-type"] == "application/yaml"
    assert yaml.safe_load(as_yaml.body.raw)["metadata"]["name"] == "a"


async def test_what_cannot_be_given_or_read_is_refused(home: Home) -> None:
    wanted = await home.ask("GET", PODS, headers={"accept": "text/html"})
    assert (wanted.status, wanted.body.object["reason"]) == (406, "NotAcceptable")
    sent = await home.ask("POST", PODS, raw=b"x", headers={"content-type": "text/html"})
    assert (sent.status, sent.body.object["reason"]) == (415, "UnsupportedMediaType")


async def test_a_long_list_is_the_same_in_pieces(home: Home) -> None:
    await five(home)
    body = (await home.ask("GET", CONFIG_MAPS)).body
    assert isinstance(body, ListPayload)
    pieces = list(body.pieces(2))
    assert len(pieces) > 2
    assert b"".join(pieces) == body.raw
    assert body.head(100) == body.raw[:100]
    assert orjson.loads(body.raw)["items"] == body.object["items"]


async def test_an_empty_list_is_whole(home: Home) -> None:
    body = (await home.ask("GET", "/api/v1/namespaces/nowhere/configmaps")).body
    assert orjson.loads(body.raw)["items"] == []


@pytest.mark.parametrize(("name", "found"), [("c", ["c"]), ("nope", [])])
async def test_a_name_is_looked_up(home: Home, name: str, found: list[str]) -> None:
    await five(home)
    assert names(await home.ask("GET", f"{CONFIG_MAPS}?fieldSelector=metadata.name={name}")) == found
