"""MutatingAdmissionPolicies: what they change, whom they concern, who is asked again, and how they fail."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from tests.cluster.apiserver.conftest import Home, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps", "pods"], "operations": ["CREATE", "UPDATE"]}  # fmt: skip


def configuration(expression: str) -> Obj:
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}


def patch(expression: str) -> Obj:
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


def label(name: str, value: str) -> Obj:
    return configuration(f"Object{{metadata: Object.metadata{{labels: {{'{name}': {value}}}}}}}")


async def put(home: Home, *mutations: Obj, name: str = "p", binding: Obj | None = None, **spec: Any) -> None:
    policy = {"matchConstraints": {"resourceRules": [RULE]}, "mutations": list(mutations), **spec}
    await home.client.create("MutatingAdmissionPolicy", {"metadata": {"name": name}, "spec": policy})
    bound = {"policyName": name, **(binding or {})}
    await home.client.create("MutatingAdmissionPolicyBinding", {"metadata": {"name": name}, "spec": bound})


def pod(*containers: str) -> Obj:
    listed = [{"name": name, "image": "nginx"} for name in containers or ("app",)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": listed}}


async def test_an_apply_configuration_is_merged_into_lists_by_their_keys(home: Home) -> None:
    sidecar = "Object.spec.containers{name: 'mesh', image: 'mesh:1', env: [Object.spec.containers.env{name: 'FOR', value: object.metadata.name}]}"
    named = "Object.spec.containers{name: 'app', tty: true}"
    await put(home, configuration(f"Object{{spec: Object.spec{{containers: [{sidecar}, {named}]}}}}"))
    made = await home.ask("POST", PODS, pod())
    assert made.status == 201, made.body.object
    app, mesh = made.body.object["spec"]["containers"]
    assert (app["name"], app["image"], app["tty"]) == ("app", "nginx", True)
    assert (mesh["name"], mesh["env"]) == ("mesh", [{"name": "FOR", "value": "web"}])
    assert mesh["imagePullPolicy"] == "IfNotPresent"


async def test_mutations_are_made_in_order_each_on_what_the_last_left(home: Home) -> None:
    add = patch(
        "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('a/b'), value: variables.color}]"
    )
    await put(
        home,
        label("first", "'1'"),
        label("second", "object.metadata.labels.first + '2'"),
        add,
        variables=[{"name": "color", "expression": "object.data.color"}],
        matchConditions=[{"name": "m", "expression": "request.operation == 'CREATE'"}],
    )
    made = (await home.ask("POST", MAPS, config_map(color="red"))).body.object
    assert made["metadata"]["labels"] == {"first": "1", "second": "12", "a/b": "red"}


async def test_parameters_are_seen(home: Home) -> None:
    await home.client.create("ConfigMap", {"metadata": {"name": "p", "namespace": "default"}, "data": {"team": "blue"}})
    kind = {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}
    where = {"paramRef": {"name": "p", "namespace": "default", "parameterNotFoundAction": "Deny"}}
    await put(home, label("team", "params.data.team"), binding=where, **kind)
    assert (await home.ask("POST", MAPS, config_map())).body.object["metadata"]["labels"] == {"team": "blue"}
    await put(home, label("x", "'y'"), name="q", binding={"paramRef": {**where["paramRef"], "name": "gone"}}, **kind)
    refused = await home.ask("POST", PODS, pod())
    assert refused.status == 422
    assert "failed to configure binding: no params found" in refused.body.object["message"]


@pytest.mark.parametrize(
    ("mutation", "told"),
    [
        (configuration("Object{data: Object.data{a: object.nope}}"), "NOT_FOUND"),
        (configuration("Object{nope: 'x'}"), "field not declared in schema"),
        (configuration("'text'"), "unsupported return type from ApplyConfiguration expression"),
        (patch("[JSONPatch{op: 'test', path: '/data/color', value: 'blue'}]"), "testing value /data/color failed"),
        (patch("'text'"), "should evaluate to array"),
    ],
)
async def test_what_fails_is_refused_or_left_out_as_the_policy_says(mutation: Obj, told: str, home: Home) -> None:
    await put(home, mutation)
    refused = await home.ask("POST", MAPS, config_map(color="red"))
    assert refused.status == 422
    assert "policy 'p' with binding 'p' denied request: " in refused.body.object["message"]
    assert told in refused.body.object["message"]
    policy = await home.client.get("MutatingAdmissionPolicy", "p")
    await home.client.update(
        "MutatingAdmissionPolicy", {**policy, "spec": {**policy["spec"], "failurePolicy": "Ignore"}}
    )
    assert (await home.ask("POST", MAPS, config_map(color="red"))).status == 201


async def test_lists_that_are_one_value_are_not_mutated(home: Home) -> None:
    expression = "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'app', command: ['x']}]}}"
    await put(home, configuration(expression))
    refused = await home.ask("POST", PODS, pod())
    assert (
        "may not mutate atomic arrays, maps or structs: .spec.containers[0].command" in refused.body.object["message"]
    )


@pytest.mark.parametrize(("policy", "seen"), [("IfNeeded", "yes"), ("Never", "no")])
async def test_a_policy_is_asked_again_after_another_s_change_when_it_wants(policy: str, seen: str, home: Home) -> None:
    late = "has(object.metadata.labels) && 'late' in object.metadata.labels ? 'yes' : 'no'"
    await put(home, label("seen", late), name="a", reinvocationPolicy=policy)
    await put(home, label("late", "'1'"), name="b")
    made = (await home.ask("POST", MAPS, config_map())).body.object
    assert made["metadata"]["labels"] == {"seen": seen, "late": "1"}


@pytest.mark.parametrize(
    ("mutation", "told"),
    [
        ({"patchType": "Merge"}, 'Unsupported value: "Merge"'),
        (configuration(""), "expression is not specified"),
        (configuration("Object{metadata: "), "compilation failed"),
        ({"patchType": "JSONPatch"}, "spec.mutations[0].jsonPatch: Required value"),
    ],
)
async def test_a_policy_is_judged(mutation: Obj, told: str, home: Home) -> None:
    spec = {"matchConstraints": {"resourceRules": [RULE]}, "mutations": [mutation]}
    body = {"metadata": {"name": "p"}, "spec": spec}
    answer = await home.ask("POST", "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies", body)
    assert answer.status == 422
    assert told in answer.body.object["message"]
