"""The csrapproving loop: kubelets' requests for client certificates are approved when they may ask for them.

Watches CertificateSigningRequests · asks by SubjectAccessReview, writes the approval · the story goes on in `csr_signing`.
Models: pkg/controller/certificates/approver/sarapprove.go v1.37
"""

from __future__ import annotations

import base64

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.certificates.certificate_signing_request import APPROVED, DENIED, condition
from cluster.clock import rfc3339
from cluster.controllers.loop import DONE, Loop, Result

SIGNER = "kubernetes.io/kube-apiserver-client-kubelet"
USAGES = ({"digital signature", "client auth"}, {"key encipherment", "digital signature", "client auth"})
SELF = ("selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview.")
ANY = ("nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview.")


class CsrApprovingLoop(Loop):
    """Approves."""

    name = "csrapproving"
    source = "csrapproving"
    workers = 1

    def watch(self) -> None:
        self.requests = self.informers.informer("CertificateSigningRequest")
        self.requests.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)] if is_due(obj) else []))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 is it a kubelet's · 3 may who asks have it: as itself, or for any node · 4 approve."""
        obj = self.requests.store.get(key)
        if obj is None or not is_due(obj):
            return DONE
        node_name = kubelet_of(obj)
        if not node_name:
            return DONE
        asked = [SELF, ANY] if obj["spec"].get("username") == node_name else [ANY]
        for subresource, message in asked:
            if await self._may(obj, subresource):
                now = rfc3339(self.clock.now())
                told = {"type": APPROVED, "status": "True", "reason": "AutoApproved", "message": message}
                conditions = [{**told, "lastUpdateTime": now, "lastTransitionTime": now}]
                approved = {**obj, "status": {**(obj.get("status") or {}), "conditions": conditions}}
                await self.client.update("CertificateSigningRequest", approved, "approval")
                return DONE
        names = [subresource for subresource, _ in asked]
        text = f'recognized csr "{key}" as [{" ".join(names)}] but subject access review was not approved'
        raise ApiError({"code": 403, "reason": "Forbidden", "message": text})

    async def _may(self, obj: Obj, subresource: str) -> bool:
        spec = obj["spec"]
        wanted = {
            "group": "certificates.k8s.io",
            "resource": "certificatesigningrequests",
            "subresource": subresource,
            "verb": "create",
            "version": "*",
        }
        asks = {"user": spec.get("username") or "", "groups": spec.get("groups") or [], "resourceAttributes": wanted}
        review = await self.client.create("SubjectAccessReview", {"metadata": {}, "spec": asks})
        return bool(review["status"].get("allowed"))


# --- pure -----------------------------------------------------------------------------------------------------------


def is_due(obj: Obj) -> bool:
    """For this signer, and neither judged nor signed."""
    judged = condition(obj, APPROVED) is not None or condition(obj, DENIED) is not None
    return obj["spec"].get("signerName") == SIGNER and not judged and not (obj.get("status") or {}).get("certificate")


def kubelet_of(obj: Obj) -> str:
    """The kubelet's user name that a request is for, "" when it is no kubelet's. Models: IsKubeletClientCSR"""
    if set(obj["spec"].get("usages") or ()) not in USAGES:
        return ""
    try:
        name, organizations = _subject(base64.b64decode(obj["spec"]["request"]))
    except ValueError:
        return ""
    return name if name.startswith("system:node:") and organizations == ["system:nodes"] else ""


def _subject(pem: bytes) -> tuple[str, list[str]]:
    """(common name, organizations) of a request without other names. ValueError for what is none."""
    from cryptography import x509

    request = x509.load_pem_x509_csr(pem)
    if any(each.oid == x509.oid.ExtensionOID.SUBJECT_ALTERNATIVE_NAME for each in request.extensions):
        return "", []
    names = request.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
    organizations = request.subject.get_attributes_for_oid(x509.oid.NameOID.ORGANIZATION_NAME)
    return str(names[0].value) if names else "", [str(each.value) for each in organizations]
