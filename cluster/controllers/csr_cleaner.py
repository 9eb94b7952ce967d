"""The csrcleaner loop: requests for certificates that nobody needs any more.

Watches CertificateSigningRequests · deletes those approved, denied or failed for an hour, those that nobody judged for a
day, and those whose certificate has expired. Models: pkg/controller/certificates/cleaner/cleaner.go v1.37
"""

from __future__ import annotations

import base64

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.certificates.certificate_signing_request import APPROVED, DENIED, FAILED
from cluster.clock import parse_rfc3339
from cluster.controllers.loop import DONE, Loop, Result

PENDING_SECONDS = 86400.0
KEPT_SECONDS = {APPROVED: 3600.0, DENIED: 3600.0, FAILED: 3600.0}


class CsrCleanerLoop(Loop):
    """Deletes old requests, each at its time."""

    name = "csrcleaner"
    source = "csrcleaner"
    workers = 1

    def watch(self) -> None:
        self.requests = self.informers.informer("CertificateSigningRequest")
        self.requests.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)]))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 when may it go · 3 wait, or delete."""
        obj = self.requests.store.get(key)
        if obj is None:
            return DONE
        left = goes_at(obj) - self.clock.now()
        if left > 0:
            return Result(left)
        try:
            await self.client.delete("CertificateSigningRequest", key)
        except ApiError as error:
            if error.code != 404:
                raise
        return DONE


# --- pure -----------------------------------------------------------------------------------------------------------


def goes_at(obj: Obj) -> float:
    """When a request may go; cluster seconds."""
    status = obj.get("status") or {}
    moments = [
        parse_rfc3339(each["lastUpdateTime"]) + KEPT_SECONDS[each["type"]]
        for each in status.get("conditions") or ()
        if each.get("type") in KEPT_SECONDS and each.get("lastUpdateTime")
    ]
    if (expires := _expires(status.get("certificate"))) is not None:
        moments.append(expires)
    return min(moments, default=parse_rfc3339(obj["metadata"]["creationTimestamp"]) + PENDING_SECONDS)


def _expires(certificate: str | None) -> float | None:
    if not certificate:
        return None
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(base64.b64decode(certificate)).not_valid_after_utc.timestamp()
    except ValueError:
        return None
