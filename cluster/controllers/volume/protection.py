"""The pvc-protection and pv-protection loops: a claim that a pod uses, and a volume that a claim has, outlive their deletion.

Watch PersistentVolumeClaims, PersistentVolumes and Pods · write a finalizer to each and take it away when nobody uses what
is being deleted. Upstream's admission adds the finalizers at once; here the loops add them, as upstream's do when it missed.
Models: pkg/controller/volume/{pvcprotection,pvprotection}/*_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.controllers.loop import DONE, Loop, Result, overtaken
from cluster.controllers.volume import claims

PVC_FINALIZER, PV_FINALIZER = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"


class _Protection(Loop):
    """What both share: one finalizer, written or taken away."""

    workers = 1
    finalizer = ""

    async def _write(self, kind: str, obj: Obj) -> Result:
        """The object with the finalizer, or without it when it may go."""
        held = obj["metadata"].get("finalizers") or []
        going = meta.is_being_deleted(obj)
        wanted = [each for each in held if each != self.finalizer] if going else [*held, self.finalizer]
        try:
            await self.client.update(kind, meta.evolve(obj, ("metadata", "finalizers"), wanted))
        except ApiError as error:
            return overtaken(error)
        return DONE

    def _is_due(self, obj: Obj | None) -> bool:
        """Is the finalizer missing, or in the way?"""
        if obj is None:
            return False
        return (self.finalizer in (obj["metadata"].get("finalizers") or ())) == meta.is_being_deleted(obj)


class PvcProtectionLoop(_Protection):
    """Keeps claims while pods on nodes mount them."""

    name = "pvc-protection"
    source = "pvc-protection-controller"
    finalizer = PVC_FINALIZER

    def watch(self) -> None:
        self.claims = self.informers.informer("PersistentVolumeClaim")
        self.pods = self.informers.informer("Pod")
        claims.index(self.pods)
        self.claims.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)] if self._is_due(obj) else []))
        self.pods.add_handler(self.on_pod)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old or {}
        if type == DELETED or not claims.is_user(pod):
            for key in claims.keys_of(pod):
                if self._is_due(self.claims.store.get(key)):
                    self.queue.add(key)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 is it due · 3 while it is used it stays, by what the API server knows · 4 finalizer."""
        claim = self.claims.store.get(key)
        if claim is None or not self._is_due(claim):
            return DONE
        if meta.is_being_deleted(claim) and await self._is_used(key):
            return DONE
        return await self._write("PersistentVolumeClaim", claim)

    async def _is_used(self, key: str) -> bool:
        if any(claims.users(self.pods, key)):
            return True
        found = await self.client.list("Pod", meta.split_key(key)[0])
        return any(claims.is_user(pod) and key in claims.keys_of(pod) for pod in found.items)


class PvProtectionLoop(_Protection):
    """Keeps volumes while they are bound."""

    name = "pv-protection"
    source = "pv-protection-controller"
    finalizer = PV_FINALIZER

    def watch(self) -> None:
        self.volumes = self.informers.informer("PersistentVolume")
        self.volumes.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)] if self._is_due(obj) else []))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 is it due · 3 while it is bound it stays · 4 finalizer."""
        volume = self.volumes.store.get(key)
        if volume is None or not self._is_due(volume):
            return DONE
        if meta.is_being_deleted(volume) and (volume.get("status") or {}).get("phase") == "Bound":
            return DONE
        return await self._write("PersistentVolume", volume)
