"""Kinds by which a cluster is extended or steered: webhooks, policies, certificates, flow control, devices."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

Served = Callable[[str], Any]
PEM = base64.b64encode(b"-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n").decode()
REQUEST = {"request": PEM, "signerName": "kubernetes.io/kube-apiserver-client", "usages": ["client auth"]}
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}
WEBHOOK = {
    "name": "a.example.com",
    "clientConfig": {"url": "https://127.0.0.1:1/x"},
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
    "rules": [RULE],
}


@pytest.mark.parametrize("name", ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])
def test_a_webhook_s_silences_are_filled(name: str, served: Served) -> None:
    made = served(name).made({"webhooks": [WEBHOOK]})
    assert served(name).told(made) == []
    (webhook,) = made["webhooks"]
    assert (webhook["failurePolicy"], webhook["timeoutSeconds"], webhook["matchPolicy"]) == ("Fail", 10, "Equivalent")
    assert webhook["rules"][0]["scope"] == "*"
    assert ("reinvocationPolicy" in webhook) is (name.startswith("Mutating"))
    assert served(name).row(made)[1] == 1
    assert served(name).changed(made, webhooks=[])["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "a"}, 'name: Invalid value: "a": should be a domain with at least three segments separated by dots'),
        ({"sideEffects": "Some"}, 'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'),
        (
            {"timeoutSeconds": 31},
            "timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
        ),
        ({"admissionReviewVersions": []}, "admissionReviewVersions: Required value: must specify one of v1, v1beta1"),
        ({"clientConfig": {}}, "clientConfig: Required value: exactly one of url or service is required"),
        ({"clientConfig": {"url": "http://a"}}, "clientConfig.url: Invalid value: \"http\": 'https' is the only"),
        ({"failurePolicy": "Maybe"}, 'failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"'),
        ({"rules": [{**RULE, "operations": ["READ"]}]}, 'rules[0].operations[0]: Unsupported value: "READ"'),
    ],
)
def test_a_webhook_is_judged(change: Obj, told: str, served: Served) -> None:
    kind = served("ValidatingWebhookConfiguration")
    (found,) = kind.told(kind.made({"metadata": {"name": "w"}, "webhooks": [{**WEBHOOK, **change}]}))
    assert found.startswith(f"webhooks[0].{told}")


def test_policies_and_their_bindings(served: Served) -> None:
    policy = served("ValidatingAdmissionPolicy")
    made = policy.made({"spec": {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}, "matchConstraints": {}}})
    assert policy.row(made)[1:3] == [0, "v1/ConfigMap"]
    assert [line.partition(":")[0] for line in policy.told(made)] == [
        "spec.validations",
        "spec.auditAnnotations",
        "spec.matchConstraints.resourceRules",
    ]
    binding = served("ValidatingAdmissionPolicyBinding")
    made = binding.made({"spec": {"policyName": "p", "paramRef": {"name": "c", "namespace": "n"}}})
    assert binding.row(made)[1:3] == ["p", "n/c"]
    assert made["spec"]["paramRef"]["parameterNotFoundAction"] == "Deny"


def test_a_certificate_is_asked_for_once(served: Served) -> None:
    requests = served("CertificateSigningRequest")
    made = requests.made({"spec": {**REQUEST, "username": "alice", "expirationSeconds": 3600}})
    assert requests.told(made) == []
    assert requests.row(made)[2:] == ["kubernetes.io/kube-apiserver-client", "alice", "60m", "Pending"]
    assert requests.changed(made, spec={})["spec"] == made["spec"]
    approved = {"conditions": [{"type": "Approved", "status": "True", "reason": "r"}], "certificate": "x"}
    changed = requests.changed(made, "approval", status=approved)
    assert "certificate" not in changed["status"]
    assert requests.row(changed)[-1] == "Approved"
    assert requests.row(requests.changed(made, "status", status=approved))[-1] == "Approved,Issued"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"request": "eA=="}, 'spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST'),
        ({"usages": []}, "spec.usages: Required value"),
        ({"signerName": ""}, "spec.signerName: Required value"),
        ({"signerName": "x"}, 'spec.signerName: Invalid value: "x": must be a fully qualified domain and path'),
        (
            {"expirationSeconds": 1},
            "spec.expirationSeconds: Invalid value: 1: may not specify a duration less than 600",
        ),
    ],
)
def test_a_request_for_a_certificate_is_judged(change: Obj, told: str, served: Served) -> None:
    requests = served("CertificateSigningRequest")
    (found,) = requests.told(requests.made({"metadata": {"name": "r"}, "spec": {**REQUEST, **change}}))
    assert found.startswith(told)


def test_a_request_is_not_both_approved_and_denied(served: Served) -> None:
    requests = served("CertificateSigningRequest")
    made = requests.made({"metadata": {"name": "r"}, "spec": REQUEST})
    both = {"conditions": [{"type": "Approved", "status": "True"}, {"type": "Denied", "status": "True"}]}
    changed = requests.changed(made, "approval", status=both)
    assert requests.told(changed, made, "approval") == [
        'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'
    ]


def test_an_api_service_is_named_by_what_it_serves(served: Served) -> None:
    services = served("APIService")
    spec = {"group": "a.io", "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 10}
    made = services.made({"metadata": {"name": "v1.a.io"}, "spec": spec})
    assert services.told(made) == []
    assert services.row(made)[1:3] == ["Local", "Unknown"]
    made["status"] = {"conditions": [{"type": "Available", "status": "False", "reason": "Gone"}]}
    assert services.row(made)[2] == "False (Gone)"
    assert services.told(services.made({"metadata": {"name": "x"}, "spec": spec})) == [
        'metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.a.io"'
    ]


def test_levels_and_schemas_of_flow_control(served: Served) -> None:
    levels = served("PriorityLevelConfiguration")
    limited = {"limitResponse": {"type": "Queue", "queuing": {}}}
    made = levels.made({"spec": {"type": "Limited", "limited": limited}})
    assert levels.told(made) == []
    assert levels.row(made)[1:6] == ["Limited", "30", "64", "8", "50"]
    assert levels.told(levels.made({"metadata": {"name": "l"}, "spec": {"type": "Limited"}})) == [
        "spec.limited: Required value: must not be empty when type is Limited"
    ]
    schemas = served("FlowSchema")
    made = schemas.made({"spec": {"priorityLevelConfiguration": {"name": "exempt"}}})
    assert schemas.row(made)[1:4] == ["exempt", 1000, "<none>"]
    assert schemas.told(made) == []


def test_claims_to_devices(served: Served) -> None:
    claims = served("ResourceClaim")
    asked = {"name": "gpu", "exactly": {"deviceClassName": "gpu.io"}}
    made = claims.made({"spec": {"devices": {"requests": [asked]}}})
    assert made["spec"]["devices"]["requests"][0]["exactly"]["count"] == 1
    assert claims.told(made) == []
    assert claims.row(made)[1] == "pending"
    made["status"] = {"allocation": {}, "reservedFor": [{}]}
    assert claims.row(made)[1] == "allocated,reserved"
    told = claims.told(claims.made({"metadata": {"name": "c"}, "spec": {"devices": {"requests": [{"name": "a"}]}}}))
    assert told[0].startswith("spec.devices.requests[0]: ")
    templates = served("ResourceClaimTemplate")
    made = templates.made({"spec": {"spec": {"devices": {"requests": [asked]}}}})
    assert templates.told(made) == []


def test_slices_and_bundles(served: Served) -> None:
    slices = served("ResourceSlice")
    made = slices.made({"spec": {"driver": "d", "pool": {"name": "p"}, "nodeName": "n"}})
    assert slices.row(made)[1:4] == ["n", "d", "p"]
    assert slices.told(made) == []
    bundles = served("ClusterTrustBundle")
    spec = {"signerName": "a.io/b", "trustBundle": "-----BEGIN CERTIFICATE-----"}
    assert bundles.told(bundles.made({"metadata": {"name": "a.io:b:x"}, "spec": spec})) == []
    assert (
        "must be named with prefix a.io:b:" in bundles.told(bundles.made({"metadata": {"name": "x"}, "spec": spec}))[0]
    )
