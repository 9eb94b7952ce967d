"""The course's admission review: may this pod be? Namespace active, service account there, quota has room.

Answers an admission.k8s.io/v1 AdmissionReview from the informers' view. Upstream asks its own plugins instead.
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.core import quota_charge
from cluster.apis.registry import Kind
from cluster.client.informer import InformerFactory, namespaces


class Review:
    """Decides on new pods."""

    def __init__(self, informers: InformerFactory, pod_kind: Kind) -> None:
        self.pod_kind = pod_kind
        self.namespaces = informers.informer("Namespace")
        self.accounts = informers.informer("ServiceAccount")
        self.quotas = informers.informer("ResourceQuota")
        self.quotas.add_index("namespace", namespaces)

    def answer(self, review: Obj) -> Obj:
        asked = review["request"]
        code, message = self.refusal(asked["object"], asked["namespace"])
        response: Obj = {"uid": asked["uid"], "allowed": not message}
        if message:
            response["status"] = {"code": code, "message": message}
        return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}

    def refusal(self, pod: Obj, namespace: str) -> tuple[int, str]:
        """(HTTP code, upstream's sentence), or (0, "") when the pod may be."""
        found = self.namespaces.get(namespace)
        if found is None:
            return 404, f'namespaces "{namespace}" not found'
        if (found.get("status") or {}).get("phase") == "Terminating":
            return 403, f"unable to create new content in namespace {namespace} because it is being terminated"
        account = pod["spec"].get("serviceAccountName") or "default"
        if self.accounts.get(account, namespace) is None:
            return 403, f'error looking up service account {namespace}/{account}: serviceaccount "{account}" not found'
        message = self._over_quota(pod, namespace)
        return (403, message) if message else (0, "")

    def _over_quota(self, pod: Obj, namespace: str) -> str:
        """By what the quotas' status tells; the API server's own admission has the last word on the last place."""
        for quota in sorted(self.quotas.by_index("namespace", namespace), key=meta.name_of):
            _, why = quota_charge.charge(quota, self.pod_kind, pod, None)
            if why:
                return why
        return ""
