"""The course's admission review: may this pod be? Namespace active, service account there, quota has room.

Answers an admission.k8s.io/v1 AdmissionReview from the informers' view. Upstream asks its own plugins instead.
"""

from __future__ import annotations

from decimal import Decimal

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj
from cluster.client.informer import InformerFactory, namespaces

ZERO = Decimal(0)


class Review:
    """Decides on new pods."""

    def __init__(self, informers: InformerFactory) -> None:
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
        others = list(self.pods.by_index("namespace", namespace))
        asked = usage(pod)
        for quota in sorted(quotas, key=lambda each: each["metadata"]["name"]):
            hard, name = quota["spec"].get("hard") or {}, quota["metadata"]["name"]
            if lacking := _lacking(hard, pod):
                return f"failed quota: {name}: must specify {lacking}"
            used = {key: sum((usage(each).get(key, ZERO) for each in others), ZERO) for key in hard if key in asked}
            over = [key for key in sorted(used) if used[key] + asked[key] > quantity.parse(hard[key])]
            if over:
                texts = [",".join(f"{key}={_text(values[key])}" for key in over) for values in (asked, used)]
                limited = ",".join(f"{key}={quantity.canonical(hard[key])}" for key in over)
                return f"exceeded quota: {name}, requested: {texts[0]}, used: {texts[1]}, limited: {limited}"
        return ""


def usage(pod: Obj) -> dict[str, Decimal]:
    """What a pod counts as, by the names that a quota uses. Models: pkg/quota/v1/evaluator/core/pods.go"""
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return {}
    found = {"pods": Decimal(1), "count/pods": Decimal(1)}
    for container in pod["spec"].get("containers") or ():
        for how, amounts in (container.get("resources") or {}).items():
            for name, text in amounts.items() if how in ("requests", "limits") else ():
                for key in (f"{how}.{name}", name) if how == "requests" else (f"{how}.{name}",):
                    found[key] = found.get(key, ZERO) + quantity.parse(text)
    return found


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


def _text(amount: Decimal) -> str:
    return quantity.canonical(format(amount, "f"))
