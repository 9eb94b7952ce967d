"""The attachdetach loop: volumes of drivers are attached to the nodes of the pods that mount them, and detached after.

Watches Pods, claims, volumes, Nodes and VolumeAttachments · creates and deletes VolumeAttachments.
Models: pkg/controller/volume/attachdetach/{attach_detach_controller,reconciler/reconciler}.go, external-attacher v1.37
Simplified: the attacher of the simulated drivers is part of the loop; kubelets do not wait for it, and say nothing of
volumes in use: of a node that is not ready a volume is detached six minutes after its last pod has gone.
"""

from __future__ import annotations

import hashlib

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING
from cluster.controllers.loop import DONE, Loop, Result
from cluster.controllers.volume import claims

LONGEST_UNMOUNT_SECONDS = 360.0
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
EXCLUSIVE = "Volume is already exclusively attached to one node and can't be attached to another"


class AttachDetachLoop(Loop):
    """Attaches. Keys are volumes' names."""

    name = "attachdetach"
    source = "attachdetach-controller"
    workers = 1

    def watch(self) -> None:
        self.unused: dict[str, float] = {}
        self.told: set[tuple[str, str]] = set()
        self.pods = self.informers.informer("Pod")
        self.claims = self.informers.informer("PersistentVolumeClaim")
        self.volumes = self.informers.informer("PersistentVolume")
        self.nodes = self.informers.informer("Node")
        self.drivers = self.informers.informer("CSIDriver")
        self.attachments = self.informers.informer("VolumeAttachment")
        claims.index(self.pods)
        self.attachments.add_index("volume", lambda obj: [volume_of(obj)])
        self.pods.add_handler(self.enqueuing(self._volumes_of))
        self.volumes.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)] if obj["spec"].get("csi") else []))
        self.attachments.add_handler(self.enqueuing(lambda obj: [volume_of(obj)]))

    def _volumes_of(self, pod: Obj) -> list[str]:
        if not (keys := claims.keys_of(pod)):
            return keys
        found = (self.claims.store.get(key) for key in keys)
        return [each["spec"]["volumeName"] for each in found if each is not None and each["spec"].get("volumeName")]

    async def reconcile(self, key: str) -> Result:
        """1 who mounts it where · 2 detach what nobody needs · 3 attach, one node alone when it may have one only."""
        volume = self.volumes.store.get(key)
        wanted = self._wanted(volume)
        present = {each["spec"]["nodeName"]: each for each in self.attachments.by_index("volume", key)}
        again = 0.0
        for node_name in sorted(present.keys() - wanted.keys()):
            left = await self._detach(present[node_name])
            again = min(again or left, left) if left else again
        for node_name in wanted:
            pods = wanted[node_name]
            if node_name in present:
                await self._attached(present[node_name], pods)
            elif volume is not None and self._may_attach(volume, node_name, pods, present):
                present[node_name] = await self._attach(volume, node_name)
        return Result(again) if again else DONE

    def _wanted(self, volume: Obj | None) -> dict[str, list[Obj]]:
        """The nodes that a driver's volume belongs to, each with the pods that mount it there."""
        reference = (volume or {"spec": {}})["spec"].get("claimRef")
        if volume is None or not reference or not self._needs_attaching(volume):
            return {}
        found: dict[str, list[Obj]] = {}
        for pod in claims.users(self.pods, f"{reference['namespace']}/{reference['name']}"):
            found.setdefault(pod["spec"]["nodeName"], []).append({"apiVersion": "v1", "kind": "Pod", **pod})
        return found

    def _needs_attaching(self, volume: Obj) -> bool:
        csi = volume["spec"].get("csi")
        driver = self.drivers.store.get(csi["driver"]) if csi else None
        return csi is not None and (driver is None or driver["spec"].get("attachRequired") is not False)

    def _may_attach(self, volume: Obj, node_name: str, pods: list[Obj], present: dict[str, Obj]) -> bool:
        """One node at a time, unless a mode allows many; pods are told once. Models: isMultiAttachForbidden"""
        name = meta.name_of(volume)
        modes = volume["spec"].get("accessModes") or ()
        if not present or not modes or {"ReadWriteMany", "ReadOnlyMany"} & set(modes):
            self.told.discard((name, node_name))
            return True
        if (name, node_name) not in self.told:
            self.told.add((name, node_name))
            others = sorted(
                meta.name_of(pod) for node, those in self._wanted(volume).items() if node in present for pod in those
            )
            why = f"Volume is already used by pod(s) {', '.join(others)}" if others else EXCLUSIVE
            for pod in pods:
                text = f'Multi-Attach error for volume "{name}" {why}'
                self.events.event(pod, WARNING, "FailedAttachVolume", text)
        return False

    async def _attach(self, volume: Obj, node_name: str) -> Obj:
        csi, name = volume["spec"]["csi"], meta.name_of(volume)
        spec = {"attacher": csi["driver"], "nodeName": node_name, "source": {"persistentVolumeName": name}}
        body = {"metadata": {"name": attachment_name(csi["volumeHandle"], csi["driver"], node_name)}, "spec": spec}
        try:
            return await self.client.create("VolumeAttachment", body)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            return body

    async def _attached(self, attachment: Obj, pods: list[Obj]) -> None:
        """What the driver's attacher says, once."""
        self.unused.pop(meta.name_of(attachment), None)
        if (attachment.get("status") or {}).get("attached") or meta.is_being_deleted(attachment):
            return
        if await self.write_status("VolumeAttachment", attachment, {"attached": True}) is not None:
            text = f'AttachVolume.Attach succeeded for volume "{volume_of(attachment)}" '
            for pod in pods:
                self.events.event(pod, NORMAL, "SuccessfulAttachVolume", text)

    async def _detach(self, attachment: Obj) -> float:
        """Delete it; or the seconds until then, when its node cannot say that nothing is mounted any more."""
        name, node = meta.name_of(attachment), self.nodes.store.get(attachment["spec"]["nodeName"])
        if node is not None and not meta.is_condition_true(node, "Ready") and not _is_out_of_service(node):
            left = self.unused.setdefault(name, self.clock.now()) + LONGEST_UNMOUNT_SECONDS - self.clock.now()
            if left > 0:
                return left
        self.unused.pop(name, None)
        try:
            await self.client.delete("VolumeAttachment", name)
        except ApiError as error:
            if error.code != 404:
                raise
        return 0.0


# --- pure -----------------------------------------------------------------------------------------------------------


def volume_of(attachment: Obj) -> str:
    return (attachment["spec"].get("source") or {}).get("persistentVolumeName") or ""


def attachment_name(handle: str, driver: str, node_name: str) -> str:
    """Models: pkg/volume/csi/csi_attacher.go getAttachmentName"""
    return f"csi-{hashlib.sha256(f'{handle}{driver}{node_name}'.encode()).hexdigest()}"


def _is_out_of_service(node: Obj) -> bool:
    return any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())
