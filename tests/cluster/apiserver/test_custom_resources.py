"""CustomResourceDefinitions: from the definition to objects of its kind, and the end of both."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

from .conftest import Home

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
MERGE = {"content-type": "application/merge-patch+json"}
APPLY = {"content-type": "application/apply-patch+yaml"}
SCHEMA: Obj = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["size"],
            "x-kubernetes-validations": [{"rule": "self.size < 100", "message": "too big"}],
            "properties": {
                "size": {"type": "integer", "minimum": 1, "description": "How big."},
                "color": {"type": "string", "enum": ["red", "blue"], "default": "red"},
                "parts": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {"name": {"type": "string"}, "weight": {"type": "integer"}},
                    },
                },
            },
        },
        "status": {"type": "object", "properties": {"size": {"type": "integer"}}},
    },
}
VERSION: Obj = {
    "name": "v1",
    "served": True,
    "storage": True,
    "schema": {"openAPIV3Schema": SCHEMA},
    "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}},
    "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
    "selectableFields": [{"jsonPath": ".spec.color"}],
}


def definition(*versions: Obj, **names: Any) -> Obj:
    found = {"plural": "widgets", "kind": "Widget", "shortNames": ["wd"], **names}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{found['plural']}.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": found,
            "versions": copy.deepcopy(list(versions) or [VERSION]),
        },
    }


def widget(name: str = "w", **spec: Any) -> Obj:
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": name}, "spec": {"size": 3, **spec}}


async def define(home: Home, obj: Obj) -> Obj:
    """The definition once it is established."""
    answer = await home.ask("POST", DEFINITIONS, obj)
    assert answer.status == 201, answer.body.object
    await home.clock.settle()
    return await home.client.get("CustomResourceDefinition", obj["metadata"]["name"])


def conditions(obj: Obj) -> dict[str, tuple[str, str]]:
    return {each["type"]: (each["status"], each["reason"]) for each in obj["status"]["conditions"]}


async def test_a_definition_is_established_and_its_kind_served(home: Home) -> None:
    made = await define(home, definition())
    assert conditions(made) == {
        "NamesAccepted": ("True", "NoConflicts"),
        "Established": ("True", "InitialNamesAccepted"),
    }
    assert made["status"]["storedVersions"] == ["v1"]
    assert made["status"]["acceptedNames"]["listKind"] == "WidgetList"
    assert made["spec"]["names"]["singular"] == "widget"
    answer = await home.ask("POST", WIDGETS, widget())
    assert answer.status == 201
    assert answer.body.object["spec"] == {"size": 3, "color": "red"}
    assert answer.body.object["metadata"]["generation"] == 1
    table = (await home.ask("GET", WIDGETS, headers=TABLE)).body.object
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Size"]
    assert table["rows"][0]["cells"] == ["w", 3]


async def test_it_is_discovered_and_described(home: Home) -> None:
    await define(home, definition())
    (resource, *doors) = (await home.ask("GET", "/apis/example.com/v1")).body.object["resources"]
    assert (resource["name"], resource["shortNames"], resource["singularName"]) == ("widgets", ["wd"], "widget")
    assert [door["name"] for door in doors] == ["widgets/status", "widgets/scale"]
    groups = (await home.ask("GET", "/apis")).body.object["groups"]
    assert groups[-1]["name"] == "example.com"
    index = (await home.ask("GET", "/openapi/v3")).body.object["paths"]
    document = (await home.ask("GET", index["apis/example.com/v1"]["serverRelativeURL"].partition("?")[0])).body.object
    described = document["components"]["schemas"]["com.example.v1.Widget"]
    assert described["properties"]["spec"]["properties"]["size"]["description"] == "How big."
    assert described["x-kubernetes-group-version-kind"] == [{"group": "example.com", "kind": "Widget", "version": "v1"}]
    assert "com.example.v1.Widget" in (await home.ask("GET", "/openapi/v2")).body.object["definitions"]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"size": 0, "color": "green"}, ["spec.color", "spec.size"]),
        ({"size": "3"}, ["spec.size"]),
        ({"size": 100}, ["spec"]),
        ({"parts": [{"name": "a"}, {"name": "a"}]}, ["spec.parts[1]"]),
        ({"parts": [{"weight": 1}]}, ["spec.parts[0].name"]),
    ],
)
async def test_an_object_is_judged_by_the_schema(spec: Obj, told: list[str], home: Home) -> None:
    await define(home, definition())
    answer = await home.ask("POST", WIDGETS, widget(**spec))
    assert answer.status == 422
    assert [cause["field"] for cause in answer.body.object["details"]["causes"]] == told


async def test_what_the_schema_does_not_name_is_left_out_and_told_of(home: Home) -> None:
    await define(home, definition())
    answer = await home.ask("POST", f"{WIDGETS}?fieldValidation=Warn", widget(bogus=1))
    assert answer.body.object["spec"] == {"size": 3, "color": "red"}
    assert answer.headers["warning"] == '299 - "unknown field \\"spec.bogus\\""'
    answer = await home.ask("POST", f"{WIDGETS}?fieldValidation=Strict", widget("x", bogus=1))
    assert answer.status == 400
    assert 'strict decoding error: unknown field "spec.bogus"' in answer.body.object["message"]


async def test_the_status_has_a_door_and_the_spec_counts_generations(home: Home) -> None:
    await define(home, definition())
    made = (await home.ask("POST", WIDGETS, {**widget(), "status": {"size": 9}})).body.object
    assert "status" not in made
    told = await home.ask("PATCH", f"{WIDGETS}/w/status", {"status": {"size": 2}, "spec": {"size": 5}}, headers=MERGE)
    assert (told.body.object["status"], told.body.object["spec"]["size"]) == ({"size": 2}, 3)
    assert told.body.object["metadata"]["generation"] == 1
    grown = await home.ask("PATCH", f"{WIDGETS}/w", {"spec": {"size": 4}}, headers=MERGE)
    assert grown.body.object["metadata"]["generation"] == 2
    assert grown.body.object["status"] == {"size": 2}


async def test_it_is_scaled(home: Home) -> None:
    await define(home, definition())
    await home.ask("POST", WIDGETS, widget())
    scale = (await home.ask("GET", f"{WIDGETS}/w/scale")).body.object
    assert (scale["kind"], scale["spec"]) == ("Scale", {"replicas": 3})
    await home.ask("PATCH", f"{WIDGETS}/w/scale", {"spec": {"replicas": 7}}, headers=MERGE)
    assert (await home.ask("GET", f"{WIDGETS}/w")).body.object["spec"]["size"] == 7


async def test_it_is_applied_field_by_field(home: Home) -> None:
    await define(home, definition())
    one, two = widget(parts=[{"name": "a", "weight": 1}]), widget(parts=[{"name": "b"}])
    made = await home.ask("PATCH", f"{WIDGETS}/w?fieldManager=one", one, headers=APPLY)
    assert made.status == 201
    both = (await home.ask("PATCH", f"{WIDGETS}/w?fieldManager=two", two, headers=APPLY)).body.object
    assert [part["name"] for part in both["spec"]["parts"]] == ["a", "b"]
    managers = {each["manager"]: each["fieldsV1"] for each in both["metadata"]["managedFields"]}
    assert 'k:{"name":"a"}' in managers["one"]["f:spec"]["f:parts"]
    answer = await home.ask("PATCH", f"{WIDGETS}/w?fieldManager=two", widget(size=5), headers=APPLY)
    assert answer.status == 409
    strategic = {"content-type": "application/strategic-merge-patch+json"}
    assert (await home.ask("PATCH", f"{WIDGETS}/w", {}, headers=strategic)).status == 415


async def test_what_it_keeps_unknown_is_applied_field_by_field_too(home: Home) -> None:
    keeps = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    await define(
        home, definition({"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": keeps}})
    )
    await home.ask("POST", f"{WIDGETS}?fieldManager=one", widget(free={"a": 1}))
    answer = await home.ask("PATCH", f"{WIDGETS}/w?fieldManager=two", widget(free={"b": 2}), headers=APPLY)
    assert answer.status == 200
    assert answer.body.object["spec"]["free"] == {"a": 1, "b": 2}
    answer = await home.ask("PATCH", f"{WIDGETS}/w?fieldManager=two", widget(free={"a": 2}), headers=APPLY)
    assert answer.body.object["details"]["causes"][0]["field"] == ".spec.free.a"


async def test_its_openapi_lists_the_patches_that_it_takes(home: Home) -> None:
    await define(home, definition())
    document = (await home.ask("GET", "/openapi/v3/apis/example.com/v1")).body.object
    patch = document["paths"]["/apis/example.com/v1/namespaces/{namespace}/widgets/{name}"]["patch"]
    assert "application/merge-patch+json" in patch["requestBody"]["content"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]


async def test_it_is_selected_by_its_own_fields(home: Home) -> None:
    await define(home, definition())
    for name, color in (("r", "red"), ("b", "blue")):
        await home.ask("POST", WIDGETS, widget(name, color=color))
    items = (await home.ask("GET", f"{WIDGETS}?fieldSelector=spec.color=blue")).body.object["items"]
    assert [item["metadata"]["name"] for item in items] == ["b"]
    assert (await home.ask("GET", f"{WIDGETS}?fieldSelector=spec.size=3")).status == 400


async def test_several_versions_are_faces_of_one_object(home: Home) -> None:
    old = {**VERSION, "name": "v1beta1", "storage": False, "deprecated": True}
    await define(home, definition(old, VERSION))
    await home.ask("POST", WIDGETS, widget())
    answer = await home.ask("GET", WIDGETS.replace("/v1/", "/v1beta1/") + "/w")
    assert answer.body.object["apiVersion"] == "example.com/v1beta1"
    assert answer.headers["warning"] == '299 - "example.com/v1beta1 Widget is deprecated"'
    group = (await home.ask("GET", "/apis/example.com")).body.object
    assert [each["version"] for each in group["versions"]] == ["v1", "v1beta1"]
    assert b'"apiVersion":"example.com/v1"' in (await home.stored("/registry/example.com/widgets/default/w")).value


async def test_a_name_that_is_taken_is_not_accepted(home: Home) -> None:
    await define(home, definition())
    other = await define(home, definition(plural="gadgets", kind="Widget", shortNames=[]))
    assert conditions(other) == {
        "NamesAccepted": ("False", "ListKindConflict"),
        "Established": ("False", "NotAccepted"),
    }
    assert (await home.ask("GET", "/apis/example.com/v1/gadgets")).status == 404


async def test_a_definition_takes_its_objects_with_it(home: Home) -> None:
    await define(home, definition())
    await home.ask("POST", WIDGETS, widget())
    watch = await home.ask("GET", f"{WIDGETS}?watch=true")
    answer = await home.ask("DELETE", f"{DEFINITIONS}/widgets.example.com")
    assert answer.body.object["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    await home.clock.settle()
    assert (await home.ask("GET", f"{DEFINITIONS}/widgets.example.com")).status == 404
    assert await home.stored("/registry/example.com/widgets/default/w") is None
    gone = await home.ask("GET", WIDGETS)
    assert gone.body.object["message"] == "the server could not find the requested resource (get widgets.example.com)"
    assert watch.stream is not None
    assert watch.stream.closed
    assert "example.com" not in [each["name"] for each in (await home.ask("GET", "/apis")).body.object["groups"]]


async def test_objects_are_served_again_after_a_restart(home: Home) -> None:
    await define(home, definition())
    await home.ask("POST", WIDGETS, widget())
    await home.restart_server()
    assert (await home.ask("GET", f"{WIDGETS}/w")).body.object["spec"]["size"] == 3


async def test_a_custom_kind_of_a_known_name_is_another_kind(home: Home) -> None:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": free}}
    await define(home, definition(version, plural="services", kind="Service", shortNames=[]))
    path = "/apis/example.com/v1/namespaces/default/services"
    body = {"apiVersion": "example.com/v1", "kind": "Service", "metadata": {"name": "s"}, "any": {"thing": [1, None]}}
    made = await home.ask("POST", path, body)
    assert made.status == 201
    assert made.body.object["any"] == {"thing": [1, None]}
    assert "kubernetes" in [each["metadata"]["name"] for each in (await home.client.list("Service")).items]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"group": "example"}, "spec.group: Invalid value"),
        ({"scope": "Here"}, 'spec.scope: Unsupported value: "Here": supported values: "Cluster", "Namespaced"'),
        ({"versions": [{**VERSION, "storage": False}]}, "must have exactly one version marked as storage version"),
        ({"conversion": {"strategy": "Webhook"}}, "conversion by webhook is not supported by this server"),
        ({"versions": [{**VERSION, "schema": {}}]}, "spec.versions[0].schema.openAPIV3Schema: Required value"),
    ],
)
async def test_a_definition_is_judged(change: Obj, told: str, home: Home) -> None:
    obj = definition()
    obj["spec"].update(change)
    answer = await home.ask("POST", DEFINITIONS, obj)
    assert answer.status == 422
    assert told in answer.body.object["message"]


async def test_a_custom_component_status_is_a_kind_like_others(home: Home) -> None:
    await define(home, definition(plural="componentstatuses", kind="ComponentStatus", shortNames=["wd"]))
    path = WIDGETS.replace("widgets", "componentstatuses")
    assert (await home.ask("POST", path, widget() | {"kind": "ComponentStatus"})).status == 201
    assert [each["metadata"]["name"] for each in (await home.ask("GET", path)).body.object["items"]] == ["w"]
    assert (await home.ask("GET", f"{path}/w")).status == 200
