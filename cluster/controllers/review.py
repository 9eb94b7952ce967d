"""The course's admission review: may this pod be? Namespace active, service account there, quota has room.

Answers an admission.k8s.io/v1 AdmissionReview from the informers' view. Upstream asks its own plugins instead.
"""

from __future__ import annotations

from decimal import Decimal

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj
from cluster.apis.core import quota_usage
from cluster.apis.registry import Kind
from cluster.client.informer import InformerFactory, namespaces

ZERO = Decimal(0)


class Review:
    """Decides on new pods."""

    def __init__(self, informers: InformerFactory, pod_kind: Kind) -> None:
        self.pod_kind = pod_kind
        self.namespaces = informers.informer("Namespace")
        self.accounts = informers.informer("ServiceAccount")
        self.quotas = informers.informer("ResourceQuota")
        self.pods = informers.informer("Pod")
        self.pods.add_index("namespace", namespaces)

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
        quotas = [each for each in self.quotas.store.values() if each["metadata"]["namespace"] == namespace]
        if not quotas:
            return ""
        kind = self.pod_kind
        asked = quota_usage.usage(kind, pod)
        for quota in sorted(quotas, key=lambda each: each["metadata"]["name"]):
            if not quota_usage.in_scope(quota, pod):
                continue
            hard, name = quota["spec"].get("hard") or {}, quota["metadata"]["name"]
            if lacking := _lacking(hard, pod):
                return f"failed quota: {name}: must specify {lacking}"
            others = self.pods.by_index("namespace", namespace)
            if quota_usage.is_scoped(quota):
                others = [each for each in others if quota_usage.in_scope(quota, each)]
            used = quota_usage.total(kind, others)
            over = [
                key for key in sorted(hard) if key in asked and used.get(key, ZERO) + asked[key] > _number(hard[key])
            ]
            if over:
                requested, taken = (
                    ",".join(f"{key}={quota_usage.shown(values.get(key, ZERO), hard[key])}" for key in over)
                    for values in (asked, used)
                )
                limited = ",".join(f"{key}={quantity.canonical(hard[key])}" for key in over)
                return f"exceeded quota: {name}, requested: {requested}, used: {taken}, limited: {limited}"
        return ""


def _lacking(hard: Obj, pod: Obj) -> str:
    texts = []
    for key in sorted(hard):
        how, _, name = key.rpartition(".")
        how = how or "requests"
        if name not in ("cpu", "memory") or how not in ("requests", "limits"):
            continue
        without = [
            each["name"]
            for each in pod["spec"]["containers"]
            if name not in ((each.get("resources") or {}).get(how) or {})
        ]
        if without:
            texts.append(f"{key} for: {','.join(without)}")
    return "; ".join(texts)


def _number(text: str) -> Decimal:
    return quantity.parse(text)
