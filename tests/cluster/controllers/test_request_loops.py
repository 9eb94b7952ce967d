"""Requests that loops judge or clear away: for certificates, for devices; and what is said of admission policies."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import rfc3339

from .conftest import Office
from .test_csr_signing import APPROVED, CSR, asked

KUBELET = "kubernetes.io/kube-apiserver-client-kubelet"
USAGES = ["digital signature", "client auth"]


async def approved(office: Office) -> str:
    """Why the request is approved, "" when it is not."""
    found = await office.get(CSR, "r")
    return next((each["message"] for each in found["status"].get("conditions") or ()), "")


async def test_a_kubelets_request_is_approved_for_whom_may_ask(office: Office) -> None:
    await office.start("csrapproving")
    request = asked("system:node:n1", "system:nodes", signerName=KUBELET, usages=USAGES)
    await office.client.create(CSR, request)
    assert await approved(office) == "Auto approving kubelet client certificate after SubjectAccessReview."


@pytest.mark.parametrize(
    ("name", "group", "usages"),
    [
        ("alice", "system:nodes", USAGES),
        ("system:node:n1", "dev", USAGES),
        ("system:node:n1", "system:nodes", ["server auth"]),
    ],
)
async def test_what_is_no_kubelets_is_left_to_people(office: Office, name: str, group: str, usages: list[str]) -> None:
    await office.start("csrapproving")
    await office.client.create(CSR, asked(name, group, signerName=KUBELET, usages=usages))
    assert await approved(office) == ""


async def test_a_kubelets_request_of_a_stranger_is_not_approved(office: Office) -> None:
    await office.start("csrapproving")
    rules = [{"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"], "verbs": ["create"]}]
    await office.make("ClusterRole", "asks", rules=rules)
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "asks"}
    subject = {"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}
    await office.make("ClusterRoleBinding", "asks", roleRef=reference, subjects=[subject])
    request = asked("system:node:n1", "system:nodes", signerName=KUBELET, usages=USAGES)
    await office.home.connect("mallory-token").create(CSR, request)
    assert await approved(office) == ""
    assert "subject access review was not approved" in office.manager.running["csrapproving"].error


@pytest.mark.parametrize(("judged", "hours"), [(True, 1), (False, 24)])
async def test_old_requests_go(office: Office, judged: bool, hours: int) -> None:
    await office.start("csrcleaner")
    made = await office.client.create(CSR, asked())
    if judged:
        condition = {**APPROVED, "lastUpdateTime": rfc3339(office.clock.now())}
        await office.client.update(CSR, {**made, "status": {"conditions": [condition]}}, subresource="approval")
    office.clock.jump(hours * 3600 - 60)
    assert await office.names(CSR) == ["r"]
    office.clock.jump(120)
    assert await office.names(CSR) == []


# --- devices --------------------------------------------------------------------------------------------------------

SPEC: Obj = {"devices": {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "gpu.example.com"}}]}}


async def pod(office: Office, name: str = "web", **claim: Any) -> Obj:
    return await office.pod(name, on="n1", resourceClaims=[{"name": "gpu", **claim}])


async def test_a_pods_claim_is_made_from_its_template_even_a_late_one(office: Office) -> None:
    await office.start("resource-claim-controller")
    await pod(office, resourceClaimTemplateName="one-gpu")
    assert await office.names("ResourceClaim") == []
    [text] = await office.events("FailedResourceClaimCreation")
    assert text.endswith('resourceclaimtemplate.resource.k8s.io "one-gpu" not found')
    await office.make("ResourceClaimTemplate", "one-gpu", spec={"metadata": {"labels": {"a": "b"}}, "spec": SPEC})
    [claim] = await office.list("ResourceClaim")
    assert claim["metadata"]["labels"] == {"a": "b"}
    assert meta.name_of(claim).startswith("web-gpu-")
    statuses = (await office.get("Pod", "web"))["status"]["resourceClaimStatuses"]
    assert statuses == [{"name": "gpu", "resourceClaimName": meta.name_of(claim)}]


async def test_devices_are_free_when_the_last_pod_that_had_them_has_ended(office: Office) -> None:
    await office.start("resource-claim-controller")
    await office.make("ResourceClaim", "shared", spec=SPEC)
    pods = [await pod(office, name, resourceClaimName="shared") for name in ("a", "b")]
    reserved = [{"resource": "pods", "name": meta.name_of(each), "uid": meta.uid_of(each)} for each in pods]
    results = [{"request": "gpu", "driver": "example.com", "pool": "p", "device": "d"}]
    status = {"allocation": {"devices": {"results": results}}, "reservedFor": reserved}
    await office.client.update(
        "ResourceClaim", {**await office.get("ResourceClaim", "shared"), "status": status}, "status"
    )
    await office.runs("a", phase="Succeeded")
    assert (await office.get("ResourceClaim", "shared"))["status"]["reservedFor"] == reserved[1:]
    await office.delete("Pod", "b", gracePeriodSeconds=0)
    assert (await office.get("ResourceClaim", "shared"))["status"] == {}


# --- policies -------------------------------------------------------------------------------------------------------


async def test_a_policy_is_told_to_have_been_read(office: Office) -> None:
    await office.start("validatingadmissionpolicy-status-controller")
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    spec = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": "object.metadata.name != 'x'"}],
    }
    await office.make("ValidatingAdmissionPolicy", "names", spec=spec)
    policy = await office.get("ValidatingAdmissionPolicy", "names")
    assert policy["status"] == {"observedGeneration": policy["metadata"]["generation"], "typeChecking": {}}


def test_an_expression_that_cannot_be_read_is_told() -> None:
    from cluster.controllers import policy_status

    [found] = policy_status.warnings({"spec": {"validations": [{"expression": "true"}, {"expression": "1 +"}]}})
    assert found["fieldRef"] == "spec.validations[1].expression"
