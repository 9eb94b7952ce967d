"""The forms of answers and bodies: protobuf, CBOR, YAML, indented JSON; and what nobody can give."""

from __future__ import annotations

import struct
from typing import Any

import cbor2
import orjson
import pytest
import yaml

from cluster.apimachinery import protobuf
from tests.cluster.apiserver.conftest import Home, assert_refused, config_map, delivered, deployment, pod

PROTOBUF, CBOR, YAML = "application/vnd.kubernetes.protobuf", "application/cbor", "application/yaml"
MAPS, PODS = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"
ALL = "application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor"
ONLY = "only the following media types are accepted: "


def accept(*media_types: str) -> dict[str, str]:
    return {"accept": ",".join(media_types)}


def read_cbor(raw: bytes) -> Any:
    """Lists and maps, not the frozen ones that cbor2 makes of what is tagged."""
    assert raw.startswith(b"\xd9\xd9\xf7")
    return cbor2.loads(raw[3:])


def items_of(raw: bytes) -> Any:
    return protobuf.decode(raw)["items"]


@pytest.mark.parametrize(
    ("media_type", "read"), [(PROTOBUF, protobuf.decode), (CBOR, read_cbor), (YAML, yaml.safe_load)]
)
async def test_an_object_comes_in_every_form(home: Home, media_type: str, read: Any) -> None:
    labels = {"app": "web", "empty": ""}
    volumes = [{"name": "v", "configMap": {"name": "m", "defaultMode": 420}}, {"name": "e", "emptyDir": {}}]
    made = pod(volumes=volumes, terminationGracePeriodSeconds=0, hostNetwork=True)
    made["metadata"]["labels"] = labels
    probe = {"httpGet": {"path": "/", "port": "http"}, "initialDelaySeconds": 3}
    resources = {"limits": {"cpu": "500m", "memory": "1Gi"}}
    made["spec"]["containers"][0] |= {"livenessProbe": probe, "resources": resources, "command": ["a", ""]}
    await home.ask("POST", PODS, made)
    expected = (await home.ask("GET", f"{PODS}/web")).body.object
    answer = await home.ask("GET", f"{PODS}/web", headers=accept(media_type, "application/json"))
    assert answer.headers["content-type"] == media_type
    found = read(answer.body.raw)
    assert found["spec"] == expected["spec"]
    assert {
        name: found["metadata"][name] for name in ("name", "uid", "labels", "creationTimestamp", "managedFields")
    } == {name: expected["metadata"][name] for name in ("name", "uid", "labels", "creationTimestamp", "managedFields")}
    assert (found["apiVersion"], found["kind"]) == ("v1", "Pod")


@pytest.mark.parametrize(("media_type", "read"), [(PROTOBUF, protobuf.decode), (CBOR, read_cbor)])
async def test_lists_and_statuses_too(home: Home, media_type: str, read: Any) -> None:
    for number in range(150):
        await home.client.create("ConfigMap", config_map(f"m{number:03}", one=str(number)))
    found = read((await home.ask("GET", f"{MAPS}?limit=120", headers=accept(media_type))).body.raw)
    assert found["kind"] == "ConfigMapList"
    assert [each["data"]["one"] for each in found["items"]] == [str(number) for number in range(120)]
    assert found["metadata"]["remainingItemCount"] == 30
    assert found["metadata"]["continue"]
    answer = await home.ask("GET", f"{MAPS}/nobody", headers=accept(media_type))
    assert (answer.status, answer.headers["content-type"]) == (404, media_type)
    told = read(answer.body.raw)
    assert (told["kind"], told["reason"], told["details"]["name"], told["code"]) == (
        "Status",
        "NotFound",
        "nobody",
        404,
    )


async def test_only_metadata_in_protobuf_but_tables_in_json(home: Home) -> None:
    await home.client.create("ConfigMap", config_map())
    partial = f"{PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    found = protobuf.decode((await home.ask("GET", MAPS, headers=accept(partial))).body.raw)
    assert (found["kind"], found["items"][0]["metadata"]["name"]) == ("PartialObjectMetadataList", "settings")
    table = "application/{};as=Table;g=meta.k8s.io;v=v1"
    both = accept(table.format("vnd.kubernetes.protobuf"), table.format("json"))
    answer = await home.ask("GET", MAPS, headers=both)
    assert (answer.headers["content-type"], answer.body.object["kind"]) == ("application/json", "Table")
    refused = await home.ask("GET", MAPS, headers=accept(table.format("vnd.kubernetes.protobuf")))
    assert refused.status == 406


async def test_a_watch_in_protobuf_has_frames(home: Home) -> None:
    start = (await home.ask("GET", MAPS)).body.object["metadata"]["resourceVersion"]
    answers = [
        await home.ask("GET", f"{MAPS}?watch=1&resourceVersion={start}", headers=accept(PROTOBUF)) for _ in range(2)
    ]
    assert answers[0].headers["content-type"] == f"{PROTOBUF};stream=watch"
    events = [delivered(answer.stream) for answer in answers if answer.stream]
    await home.client.create("ConfigMap", config_map())
    await home.clock.settle()
    line = events[0][0].line
    assert line is events[1][0].line  # made once
    assert struct.unpack(">I", line[:4])[0] == len(line) - 4
    at = line.index(protobuf.MAGIC)
    assert line[4 : 4 + 7] == b"\x0a\x05ADDED"
    assert protobuf.decode(line[at:])["metadata"]["name"] == "settings"


async def test_a_watch_in_cbor_is_a_sequence(home: Home) -> None:
    answer = await home.ask("GET", f"{MAPS}?watch=1", headers=accept("application/cbor-seq"))
    assert answer.headers["content-type"] == "application/cbor-seq"
    assert answer.stream
    events = delivered(answer.stream)
    await home.client.create("ConfigMap", config_map())
    await home.clock.settle()
    found = read_cbor(events[-1].line)
    assert (found["type"], found["object"]["metadata"]["name"]) == ("ADDED", "settings")
    too_old = await home.ask("GET", f"{MAPS}?watch=1&resourceVersion=999999", headers=accept(CBOR))
    assert too_old.status in (200, 504)


async def test_bodies_in_cbor_are_read(home: Home) -> None:
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": b"s"},
        b"data": {"a": cbor2.CBORTag(22, b"\x00\xff")},
    }
    raw = b"\xd9\xd9\xf7" + cbor2.dumps(body)
    made = await home.ask("POST", "/api/v1/namespaces/default/secrets", raw=raw, headers={"content-type": CBOR})
    assert (made.status, made.body.object["data"]) == (201, {"a": "AP8="})
    applied = cbor2.dumps(config_map("applied", one="1"))
    path = f"{MAPS}/applied?fieldManager=me"
    made = await home.ask("PATCH", path, raw=applied, headers={"content-type": "application/apply-patch+cbor"})
    assert (made.status, made.body.object["data"]) == (201, {"one": "1"})


@pytest.mark.parametrize(
    "raw",
    [b"\x9b" + b"\x7f" * 8, b"\x81" * 5000, b"\xd8\x1c\x81\xd8\x1d\x00", b"\xc1\x00", b"\xff", b"\xa1\x82\x01\x02\x03", b"\xf9\x7e\x00",
     b"\xa1aa\xd9\x01\x02\x81\x01", b"\x01"],
)  # fmt: skip
async def test_bad_cbor_is_a_bad_request(home: Home, raw: bytes) -> None:
    answer = await home.ask("POST", MAPS, raw=raw, headers={"content-type": CBOR})
    assert answer.status == 400


@pytest.mark.parametrize(
    ("path", "wanted", "served"),
    [
        (MAPS, "text/plain", ALL),
        (f"{PODS}/web/log", "text/plain", ALL),
        (
            f"{MAPS}?watch=true",
            YAML,
            "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch, application/cbor-seq",
        ),
    ],
)
async def test_what_nobody_can_give_is_not_acceptable(home: Home, path: str, wanted: str, served: str) -> None:
    assert_refused(await home.ask("GET", path, headers=accept(wanted)), 406, "NotAcceptable", ONLY + served)


async def test_what_cannot_be_answered_is_not_done(home: Home) -> None:
    answer = await home.ask("POST", MAPS, config_map("never"), headers=accept("text/html"))
    assert answer.status == 406
    assert (await home.ask("GET", f"{MAPS}/never")).status == 404


@pytest.mark.parametrize(
    ("wanted", "media_type"),
    [
        ("application/json;q=0.5,application/yaml", YAML),
        ("text/html, */*;q=0.8", "application/json"),
        (f"application/json;as=Nothing, {CBOR}", CBOR),
        ("", "application/json"),
        (f"application/*;q=0.1, {PROTOBUF};q=0.2", PROTOBUF),
    ],
)
async def test_the_client_s_own_order_counts(home: Home, wanted: str, media_type: str) -> None:
    answer = await home.ask("GET", MAPS, headers=accept(wanted))
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)


async def test_json_is_indented_for_people(home: Home) -> None:
    await home.client.create("ConfigMap", config_map())
    plain = await home.ask("GET", f"{MAPS}/settings")
    assert b"\n  " not in plain.body.raw
    indented = orjson.dumps(plain.body.object, option=orjson.OPT_INDENT_2)
    for path, headers in (
        (f"{MAPS}/settings?pretty=true", {}),
        (f"{MAPS}/settings", {"user-agent": "curl/8.1"}),
        (f"{MAPS}/settings", accept("application/json;pretty=1")),
    ):
        assert (await home.ask("GET", path, headers=headers)).body.raw == indented
    refused = await home.ask("GET", f"{MAPS}/settings?pretty=false", headers={"user-agent": "curl/8.1"})
    assert refused.body.raw == plain.body.raw


async def test_a_custom_kind_has_no_protobuf(home: Home) -> None:
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    spec = {"group": "example.com", "names": names, "scope": "Namespaced", "versions": [version]}
    await home.ask(
        "POST",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        {"metadata": {"name": "widgets.example.com"}, "spec": spec},
    )
    await home.clock.settle()
    path = "/apis/example.com/v1/namespaces/default/widgets"
    assert (await home.ask("GET", path, headers=accept(PROTOBUF, "application/json"))).headers[
        "content-type"
    ] == "application/json"
    refused = await home.ask("GET", path, headers=accept(PROTOBUF))
    assert_refused(refused, 406, "NotAcceptable", ONLY + "application/json, application/yaml, application/cbor")


async def test_every_kind_goes_through_protobuf_and_back(home: Home) -> None:
    await home.client.create("Deployment", deployment())
    seen = 0
    for kind in home.registry.storages():
        plain = (await home.ask("GET", kind.path())).body.object
        answer = await home.ask("GET", kind.path(), headers=accept(PROTOBUF, "application/json"))
        if answer.headers["content-type"] != PROTOBUF:
            assert kind.group in ("apiextensions.k8s.io", "apiregistration.k8s.io")
            continue
        found = items_of(answer.body.raw) if plain["items"] else []
        for one, other in zip(plain["items"], found, strict=True):
            assert {**one["metadata"], "managedFields": one["metadata"].get("managedFields") or None} == {
                **other["metadata"],
                "managedFields": other["metadata"].get("managedFields"),
            }
            assert {name: one.get(name) or None for name in ("spec", "rules", "roleRef", "value", "endpoints")} == {
                name: other.get(name) or None for name in ("spec", "rules", "roleRef", "value", "endpoints")
            }
            seen += 1
    assert seen > 50
