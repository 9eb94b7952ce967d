"""The ephemeral-volume loop: the claims of pods' generic ephemeral volumes.

Watches Pods and PersistentVolumeClaims · creates a claim for each such volume, owned by its pod · the story goes on in
`pv_controller`; the garbage collector deletes the claim with its pod.
Models: pkg/controller/volume/ephemeral/controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import WARNING
from cluster.controllers.loop import DONE, Loop, Result
from cluster.controllers.volume import claims

FAILED = "EphemeralVolumeCreationFailed"


class EphemeralVolumeLoop(Loop):
    """Creates claims. Keys are pods'."""

    name = "ephemeral-volume"
    source = "ephemeral_volume"
    workers = 1

    def watch(self) -> None:
        self.pods = self.informers.informer("Pod")
        self.claims = self.informers.informer("PersistentVolumeClaim")
        claims.index(self.pods)
        self.pods.add_handler(self.on_pod)
        self.claims.add_handler(self.on_claim)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        if new is not None and type != DELETED and _templates(new) and not meta.is_being_deleted(new):
            self.enqueue(new)

    def on_claim(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """One that is deleted is made anew while its pod is there."""
        if type == DELETED:
            for pod in self.pods.by_index("claim", meta.key_of(old or new or {})):
                if _templates(pod):
                    self.enqueue(pod)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 for each ephemeral volume: its claim is there and the pod's own, or is made."""
        pod = self.pods.store.get(key)
        if pod is None or meta.is_being_deleted(pod):
            return DONE
        pod = {"apiVersion": "v1", "kind": "Pod", **pod}
        for volume in _templates(pod):
            name = claims.name_for(pod, volume)
            known = self.claims.get(name, meta.namespace_of(pod))
            if known is None:
                await self._create(pod, volume, name)
            elif (meta.controller_of(known) or {}).get("uid") != meta.uid_of(pod):
                where = f"PVC {meta.namespace_of(pod)}/{name} was not created for pod {key} (pod is not owner)"
                self.events.event(pod, WARNING, FAILED, f"ephemeral volume {volume['name']}: {where}")
        return DONE

    async def _create(self, pod: Obj, volume: Obj, name: str) -> None:
        template = volume["ephemeral"]["volumeClaimTemplate"]
        kept = {
            field: value
            for field, value in (template.get("metadata") or {}).items()
            if field in ("labels", "annotations")
        }
        metadata = {**kept, "name": name, "ownerReferences": [meta.controller_reference(pod)]}
        try:
            await self.client.create(
                "PersistentVolumeClaim", {"metadata": metadata, "spec": template["spec"]}, meta.namespace_of(pod)
            )
        except ApiError as error:
            if error.reason == "AlreadyExists" or "being terminated" in error.message:
                return
            text = f"ephemeral volume {volume['name']}: create PVC {name}: {error.message}"
            self.events.event(pod, WARNING, FAILED, text)
            raise


def _templates(pod: Obj) -> list[Obj]:
    """The volumes that have a template of a claim."""
    return [
        volume
        for volume in pod["spec"].get("volumes") or ()
        if (volume.get("ephemeral") or {}).get("volumeClaimTemplate") is not None
    ]
