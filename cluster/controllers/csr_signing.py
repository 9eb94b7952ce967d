"""The csrsigning loop: requests for certificates that were approved are signed by the cluster's CA.

Watches CertificateSigningRequests · writes their status · who approves is a person (`kubectl certificate approve`).
Models: pkg/controller/certificates/signer/signer.go v1.37
Simplified: one CA signs for all of Kubernetes' own signers; nothing is approved by itself.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.certificates.certificate_signing_request import APPROVED, DENIED, FAILED, condition
from cluster.clock import rfc3339
from cluster.controllers.loop import DONE, Loop, Result

Sign = Callable[[bytes, list[str], float], bytes]
"""(the request as PEM, usages, seconds) -> the certificate as PEM. ValueError for what may not be signed."""

CLIENT = frozenset({"digital signature", "key encipherment", "client auth"})
SERVER = frozenset({"digital signature", "key encipherment", "server auth"})
ALLOWED = {
    "kubernetes.io/kube-apiserver-client": (CLIENT, "client auth"),
    "kubernetes.io/kube-apiserver-client-kubelet": (CLIENT, "client auth"),
    "kubernetes.io/kubelet-serving": (SERVER, "server auth"),
}
"""signer -> (the usages that it allows, the one that it needs)."""
LONGEST_SECONDS = 365 * 86400.0


def _cannot(request: bytes, usages: list[str], seconds: float) -> bytes:
    raise ValueError("no key to sign with")


class CsrSigningLoop(Loop):
    """Signs what was approved."""

    name = "csrsigning"
    source = "certificate-controller"

    def watch(self) -> None:
        self.sign: Sign = _cannot
        self.requests = self.informers.informer("CertificateSigningRequest")
        self.requests.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)] if is_due(obj) else []))

    async def reconcile(self, key: str) -> Result:
        obj = self.requests.store.get(key)
        if obj is None or not is_due(obj):
            return DONE
        spec, status = obj["spec"], dict(obj.get("status") or {})
        try:
            if why := unfit(spec):
                raise ValueError(why)
            seconds = min(float(spec.get("expirationSeconds") or LONGEST_SECONDS), LONGEST_SECONDS)
            signed = self.sign(base64.b64decode(spec["request"]), list(spec["usages"]), seconds)
        except ValueError as error:
            now = rfc3339(self.clock.now())
            told = {"type": FAILED, "status": "True", "reason": "SignerValidationFailure", "message": str(error)}
            status["conditions"] = [*status["conditions"], {**told, "lastUpdateTime": now, "lastTransitionTime": now}]
        else:
            status["certificate"] = base64.b64encode(signed).decode()
        await self.client.update("CertificateSigningRequest", {**obj, "status": status}, subresource="status")
        return DONE


def is_due(obj: Obj) -> bool:
    """Approved, for one of our signers, and not seen to yet."""
    return (
        obj["spec"].get("signerName") in ALLOWED
        and condition(obj, APPROVED) is not None
        and condition(obj, DENIED) is None
        and condition(obj, FAILED) is None
        and not (obj.get("status") or {}).get("certificate")
    )


def unfit(spec: Obj) -> str:
    """Why the signer does not sign such a request, "" when it does."""
    allowed, needed = ALLOWED[spec["signerName"]]
    usages = set(spec.get("usages") or ())
    if needed not in usages or not usages <= allowed:
        return f"invalid usage for {'client' if 'client' in needed else 'server'} certificate: {sorted(usages)}"
    return ""
