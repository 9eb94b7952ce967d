"""Requests for certificates, from the asking to the certificate that proves who one is."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.kubeadm import pki

CSR = "CertificateSigningRequest"
SIGNER = "kubernetes.io/kube-apiserver-client"
APPROVED = {"type": "Approved", "status": "True", "reason": "KubectlApprove", "message": "by a person"}


def asked(name: str = "alice", group: str = "dev", **spec: Any) -> Obj:
    subject = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(subject))
    pem = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM)
    found = {"request": base64.b64encode(pem).decode(), "signerName": SIGNER, "usages": ["client auth"], **spec}
    return {"metadata": {"name": "r"}, "spec": found}


async def approve(office: Any, obj: Obj) -> Obj:
    await office.client.update(CSR, {**obj, "status": {"conditions": [APPROVED]}}, subresource="approval")
    await office.clock.settle()
    found: Obj = await office.client.get(CSR, "r")
    return found


@pytest.fixture
async def signing(office: Any, tmp_path: Any) -> Any:
    """The loop, with a CA of its own."""
    office.manager.sign = pki.authority(tmp_path, "ca").sign
    await office.start("csrsigning")
    return office


async def test_what_is_approved_is_signed(signing: Any) -> None:
    made = await signing.client.create(CSR, asked(username="mallory", expirationSeconds=3600))
    assert made["spec"]["username"] == "admin"
    assert made["spec"]["groups"] == ["system:masters", "system:authenticated"]
    await signing.clock.settle()
    assert "certificate" not in (await signing.client.get(CSR, "r"))["status"]
    signed = await approve(signing, made)
    certificate = x509.load_pem_x509_certificate(base64.b64decode(signed["status"]["certificate"]))
    assert certificate.subject.rfc4514_string() == "CN=alice,O=dev"
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lasts.total_seconds() == 2 * 3600


async def test_what_the_signer_does_not_sign_has_failed(signing: Any) -> None:
    made = await signing.client.create(CSR, asked(usages=["server auth"]))
    failed = (await approve(signing, made))["status"]["conditions"][-1]
    assert (failed["type"], failed["reason"]) == ("Failed", "SignerValidationFailure")
    assert failed["message"] == "invalid usage for client certificate: ['server auth']"


async def test_nobody_becomes_a_master_this_way(signing: Any) -> None:
    with pytest.raises(ApiError, match="signer with system:masters group is not allowed"):
        await signing.client.create(CSR, asked(group="system:masters"))


async def test_approving_needs_the_right_to(signing: Any) -> None:
    rules = [
        {
            "apiGroups": ["certificates.k8s.io"],
            "resources": ["certificatesigningrequests/approval"],
            "verbs": ["update"],
        }
    ]
    await signing.client.create("ClusterRole", {"metadata": {"name": "c"}, "rules": rules})
    reference = {"kind": "ClusterRole", "name": "c", "apiGroup": "rbac.authorization.k8s.io"}
    subject = {"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}
    await signing.client.create(
        "ClusterRoleBinding", {"metadata": {"name": "c"}, "roleRef": reference, "subjects": [subject]}
    )
    made = await signing.client.create(CSR, asked())
    mallory = signing.home.connect("mallory-token")
    with pytest.raises(ApiError, match="not permitted to approve requests with signerName"):
        await mallory.update(CSR, {**made, "status": {"conditions": [APPROVED]}}, subresource="approval")
