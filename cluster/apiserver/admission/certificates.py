"""Requests for certificates: who asks is written down; who approves and who signs must be allowed to, by signer.

Models: pkg/registry/certificates/certificates/strategy.go PrepareForCreate,
plugin/pkg/admission/certificates/{approval,signing,subjectrestriction}/admission.go v1.37
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import CREATE, UPDATE, AdmissionRequest
from cluster.apiserver.authz.attributes import Attributes

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

GROUP, MASTERS = "certificates.k8s.io", "system:masters"
CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client"


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    """CertificateSigningRequest's own strategy: what a client says of itself is not believed."""
    if request.operation != CREATE or request.subresource:
        return
    spec = request.obj["spec"]
    for name in ("username", "uid", "groups", "extra"):
        spec.pop(name, None)
    spec |= request.user.as_user_info()


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    """ApiError 403."""
    signer = request.obj["spec"].get("signerName") or ""
    if request.operation == CREATE and not request.subresource:
        if signer == CLIENT_SIGNER and MASTERS in organizations(request.obj):
            why = f"use of {CLIENT_SIGNER} signer with {MASTERS} group is not allowed"
            raise status.forbidden(request.kind.plural, request.name, why, GROUP)
    elif request.operation == UPDATE and request.subresource == "approval":
        _require(server, request, "approve", signer)
    elif request.operation == UPDATE and request.subresource == "status" and _signs(request):
        _require(server, request, "sign", signer)


def _signs(request: AdmissionRequest) -> bool:
    new, old = (request.obj.get("status") or {}), ((request.old_obj or {}).get("status") or {})
    return any(new.get(name) != old.get(name) for name in ("certificate", "conditions"))


def _require(server: ApiServer, request: AdmissionRequest, verb: str, signer: str) -> None:
    """The right to approve or sign for this signer, or for all of its domain."""
    names = (signer, signer.partition("/")[0] + "/*")
    asked = [Attributes(verb, GROUP, "*", "signers", name=name) for name in names]
    if not any(server.authorizer.allows(request.user, each) is not None for each in asked):
        why = f'user not permitted to {verb} requests with signerName "{signer}"'
        raise status.forbidden(request.kind.plural, request.name, why, GROUP)


def organizations(obj: Obj) -> list[str]:
    """The groups that a client certificate of this request would be in; none of a request that cannot be read."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        asked = x509.load_pem_x509_csr(base64.b64decode(obj["spec"]["request"]))
    except ValueError:
        return []
    return [str(each.value) for each in asked.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
