"""ValidatingAdmissionPolicies: whom they concern, what they say, and what happens then."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from tests.cluster.apiserver.conftest import Home, config_map

POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
MAPS = "/api/v1/namespaces/default/configmaps"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE", "UPDATE"]}
BLUE = {"expression": "object.data.color == 'blue'", "message": "it must be blue"}


async def put(home: Home, *validations: Obj, binding: Obj | None = None, **spec: Any) -> None:
    """A policy "p" and its binding "b"."""
    policy = {"matchConstraints": {"resourceRules": [RULE]}, "validations": list(validations), **spec}
    await home.client.create("ValidatingAdmissionPolicy", {"metadata": {"name": "p"}, "spec": policy})
    bound = {"policyName": "p", "validationActions": ["Deny"], **(binding or {})}
    await home.client.create("ValidatingAdmissionPolicyBinding", {"metadata": {"name": "b"}, "spec": bound})


async def test_what_a_policy_forbids_is_refused_in_upstream_s_words(home: Home) -> None:
    await put(home, BLUE)
    answer = await home.ask("POST", MAPS, config_map(color="red"))
    assert answer.status == 422
    text = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: it must be blue"
    assert answer.body.object["message"] == f'configmaps "settings" is forbidden: {text}'
    assert answer.body.object["details"]["causes"] == [{"message": text}]
    assert (await home.ask("POST", MAPS, config_map(color="blue"))).status == 201


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"expression": "size(object.data) > 3"}, "failed expression: size(object.data) > 3"),
        ({"expression": "false", "messageExpression": "'not ' + object.metadata.name"}, "not settings"),
        ({"expression": "object.nope > 1"}, "expression 'object.nope > 1' resulted in error: NOT_FOUND"),
        ({"expression": "variables.colors == 0", "message": "coloured"}, "coloured"),
        ({"expression": "request.userInfo.username != 'admin'", "message": "not you"}, "not you"),
        ({"expression": "namespaceObject.metadata.name == 'other'", "message": "not here"}, "not here"),
        ({"expression": "!authorizer.requestResource.check('delete').allowed()", "message": "may"}, "may"),
        (
            {
                "expression": "authorizer.serviceAccount('default', 'default').group('apps').resource('deployments').namespace('default').check('get').allowed()",
                "message": "sa",
            },
            "sa",
        ),
        ({"expression": "!authorizer.path('/metrics').check('get').allowed()", "message": "path"}, "path"),
    ],
)
async def test_what_an_expression_sees_and_how_it_is_told(rule: Obj, told: str, home: Home) -> None:
    await put(home, rule, variables=[{"name": "colors", "expression": "size(object.data)"}])
    answer = await home.ask("POST", MAPS, config_map(color="red"))
    assert f"denied request: {told}" in answer.body.object["message"]


async def test_a_reason_has_its_code(home: Home) -> None:
    await put(home, {**BLUE, "reason": "Forbidden"})
    assert (await home.ask("POST", MAPS, config_map(color="red"))).status == 403


async def test_a_binding_may_only_warn(home: Home) -> None:
    await put(home, BLUE, binding={"validationActions": ["Warn"]})
    answer = await home.ask("POST", MAPS, config_map(color="red"))
    assert answer.status == 201
    assert "Validation failed for ValidatingAdmissionPolicy 'p'" in answer.headers["warning"]


@pytest.mark.parametrize(
    ("spec", "binding"),
    [
        ({"failurePolicy": "Ignore", "validations": [{"expression": "object.nope"}]}, {}),
        ({"matchConditions": [{"name": "m", "expression": "object.metadata.name == 'other'"}]}, {}),
        ({}, {"matchResources": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}}),
        ({}, {"matchResources": {"objectSelector": {"matchLabels": {"judged": "yes"}}}}),
        ({"matchConstraints": {"resourceRules": [{**RULE, "operations": ["DELETE"]}]}}, {}),
        ({"matchConstraints": {"resourceRules": [{**RULE, "resources": ["pods", "*/status"]}]}}, {}),
        ({"matchConstraints": {"resourceRules": [RULE], "excludeResourceRules": [{**RULE, "resourceNames": ["settings"]}]}}, {}),
    ],
)  # fmt: skip
async def test_whom_a_policy_does_not_concern(spec: Obj, binding: Obj, home: Home) -> None:
    await put(home, BLUE, binding=binding, **spec)
    assert (await home.ask("POST", MAPS, config_map(color="red"))).status == 201


async def test_parameters_are_read_from_an_object(home: Home) -> None:
    parameters = {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}
    reference = {"name": "limits", "namespace": "kube-system", "parameterNotFoundAction": "Deny"}
    rule = {"expression": "object.data.color == params.data.color"}
    await put(home, rule, binding={"paramRef": reference}, **parameters)
    answer = await home.ask("POST", MAPS, config_map(color="red"))
    assert "no params found for policy binding with `Deny` parameterNotFoundAction" in answer.body.object["message"]
    limits = config_map("limits", "kube-system", color="red")
    await home.ask("DELETE", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/b")
    await home.client.create("ConfigMap", limits)
    bound = {"policyName": "p", "validationActions": ["Deny"], "paramRef": reference}
    await home.client.create("ValidatingAdmissionPolicyBinding", {"metadata": {"name": "b"}, "spec": bound})
    assert (await home.ask("POST", MAPS, config_map(color="red"))).status == 201
    assert (await home.ask("POST", MAPS, config_map("other", color="blue"))).status == 422


async def test_an_expression_that_does_not_compile_is_refused(home: Home) -> None:
    spec = {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "authority.group('')"}]}
    answer = await home.ask("POST", POLICIES, {"metadata": {"name": "p"}, "spec": spec})
    assert answer.status == 422
    assert answer.body.object["details"]["causes"][0]["field"] == "spec.validations[0].expression"
    assert "undeclared reference to 'authority'" in answer.body.object["message"]
