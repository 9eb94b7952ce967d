"""The resource-claim-controller loop: claims of devices are made from templates for pods, and freed after them.

Watches Pods, ResourceClaims and ResourceClaimTemplates · creates claims, writes pods' resourceClaimStatuses, takes pods
that ended out of claims' reservedFor and with the last its allocation · the story goes on in the scheduler.
Models: pkg/controller/resourceclaim/controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import WARNING
from cluster.controllers.loop import DONE, STALE_SECONDS, Loop, Result

POD_CLAIM = "resource.kubernetes.io/pod-claim-name"
FAILED = "FailedResourceClaimCreation"
POD, CLAIM = "pod|", "claim|"


class ResourceClaimLoop(Loop):
    """Keys are "pod|namespace/name" and "claim|namespace/name"."""

    name = "resource-claim-controller"
    source = "resource_claim"
    workers = 1

    def watch(self) -> None:
        self.pods = self.informers.informer("Pod")
        self.claims = self.informers.informer("ResourceClaim")
        self.templates = self.informers.informer("ResourceClaimTemplate")
        self.claims.add_index("owner of a claim", _owner_of)
        self.pods.add_handler(self.on_pod)
        self.claims.add_handler(self.on_claim)
        self.templates.add_handler(self.on_template)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old or {}
        if not pod["spec"].get("resourceClaims"):
            return
        if type == DELETED or _is_over(pod):
            for each in (pod.get("status") or {}).get("resourceClaimStatuses") or ():
                self.queue.add(f"{CLAIM}{meta.namespace_of(pod)}/{each.get('resourceClaimName')}")
            for each in pod["spec"]["resourceClaims"]:
                if each.get("resourceClaimName"):
                    self.queue.add(f"{CLAIM}{meta.namespace_of(pod)}/{each['resourceClaimName']}")
        elif not meta.is_being_deleted(pod):
            self.queue.add(POD + meta.key_of(pod))

    def on_claim(self, type: str, old: Obj | None, new: Obj | None) -> None:
        claim = new or old or {}
        self.queue.add(CLAIM + meta.key_of(claim))
        owner = meta.controller_of(claim)
        if owner is not None and owner["kind"] == "Pod":
            self.queue.add(f"{POD}{meta.namespace_of(claim)}/{owner['name']}")

    def on_template(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Pods may have waited for it."""
        if old is None and new is not None:
            for pod in self.pods.store.values():
                if any(_template(each) == meta.name_of(new) for each in pod["spec"].get("resourceClaims") or ()):
                    self.queue.add(POD + meta.key_of(pod))

    async def reconcile(self, key: str) -> Result:
        try:
            if key.startswith(POD):
                return await self._sync_pod(key.removeprefix(POD))
            return await self._sync_claim(key.removeprefix(CLAIM))
        except ApiError as error:
            if error.code == 409:
                return Result(STALE_SECONDS)
            raise

    async def _sync_pod(self, key: str) -> Result:
        """1 get · 2 a claim for every template that the pod names · 3 the pod's status names them."""
        found = self.pods.store.get(key)
        if found is None or meta.is_being_deleted(found) or _is_over(found):
            return DONE
        pod = {"apiVersion": "v1", "kind": "Pod", **found}
        names = {}
        for each in pod["spec"].get("resourceClaims") or ():
            if template_name := _template(each):
                names[each["name"]] = await self._claim_for(pod, each["name"], template_name)
        known = (pod.get("status") or {}).get("resourceClaimStatuses") or []
        wanted = [{"name": name, "resourceClaimName": claim} for name, claim in names.items() if claim]
        if any(each not in known for each in wanted):
            patch = {"status": {"resourceClaimStatuses": wanted}}
            await self.client.patch("Pod", meta.name_of(pod), patch, meta.namespace_of(pod), subresource="status")
        return DONE

    async def _claim_for(self, pod: Obj, pod_claim: str, template_name: str) -> str:
        """The name of the pod's claim, which is made when it is not there."""
        namespace = meta.namespace_of(pod)
        for claim in self.claims.by_index("owner of a claim", meta.uid_of(pod)):
            if meta.annotations_of(claim).get(POD_CLAIM) == pod_claim:
                return meta.name_of(claim)
        template = self.templates.get(template_name, namespace)
        if template is None:
            text = f'PodResourceClaim {pod_claim}: resource claim template "{template_name}": resourceclaimtemplate.resource.k8s.io "{template_name}" not found'
            self.events.event(pod, WARNING, FAILED, text)
            return ""
        kept = template["spec"].get("metadata") or {}
        metadata = {
            "generateName": f"{meta.name_of(pod)}-{pod_claim}-",
            "labels": kept.get("labels") or {},
            "annotations": {**(kept.get("annotations") or {}), POD_CLAIM: pod_claim},
            "ownerReferences": [meta.controller_reference(pod)],
        }
        try:
            made = await self.client.create(
                "ResourceClaim", {"metadata": metadata, "spec": template["spec"]["spec"]}, namespace
            )
        except ApiError as error:
            self.events.event(pod, WARNING, FAILED, f"PodResourceClaim {pod_claim}: {error.message}")
            raise
        return meta.name_of(made)

    async def _sync_claim(self, key: str) -> Result:
        """1 get · 2 pods that ended or went hold nothing · 3 without any, its devices are free again."""
        claim = self.claims.store.get(key)
        reserved = ((claim or {}).get("status") or {}).get("reservedFor") or []
        if claim is None or not reserved:
            return DONE
        kept = [each for each in reserved if each.get("resource") != "pods" or self._holds(claim, each)]
        if kept == reserved:
            return DONE
        status = {name: value for name, value in claim["status"].items() if name not in ("reservedFor", "allocation")}
        if kept:
            status |= {"reservedFor": kept, "allocation": claim["status"].get("allocation")}
        await self.client.update("ResourceClaim", {**claim, "status": status}, subresource="status")
        return DONE

    def _holds(self, claim: Obj, reference: Obj) -> bool:
        pod = self.pods.get(reference.get("name") or "", meta.namespace_of(claim))
        return pod is not None and meta.uid_of(pod) == reference.get("uid") and not _is_over(pod)


# --- pure -----------------------------------------------------------------------------------------------------------


def _owner_of(claim: Obj) -> list[str]:
    owner = meta.controller_of(claim)
    return [owner["uid"]] if owner is not None else []


def _template(pod_claim: Obj) -> str:
    return str(pod_claim.get("resourceClaimTemplateName") or "")


def _is_over(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
