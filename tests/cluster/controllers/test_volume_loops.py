"""What becomes of claims and volumes besides binding: attached, grown, kept while in use, made for a pod alone, released."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.volume import attach_detach

from .conftest import Office
from .test_persistent_volumes import claim, volume

MOUNTS = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}


async def bound(office: Office, *loops: str, **of_class: Any) -> Obj:
    """A claim with a volume of a driver; the volume."""
    await office.start("persistentvolumebinder", *loops)
    await office.make("StorageClass", "fast", provisioner="example.com/disk", **of_class)
    await claim(office, storageClassName="fast")
    await office.clock.advance(1)
    [found] = await office.list("PersistentVolume")
    return found


async def attached(office: Office) -> dict[str, bool]:
    return {each["spec"]["nodeName"]: each["status"]["attached"] for each in await office.list("VolumeAttachment")}


async def test_a_volume_is_attached_where_a_pod_mounts_it_and_detached_after(office: Office) -> None:
    found = await bound(office, "attachdetach")
    await office.node("n1")
    await office.pod("web", on="n1", **MOUNTS)
    [attachment] = await office.list("VolumeAttachment")
    handle = found["spec"]["csi"]["volumeHandle"]
    assert meta.name_of(attachment) == attach_detach.attachment_name(handle, "example.com/disk", "n1")
    assert attachment["spec"]["source"] == {"persistentVolumeName": meta.name_of(found)}
    assert await attached(office) == {"n1": True}
    assert await office.events("SuccessfulAttachVolume") == [
        f'AttachVolume.Attach succeeded for volume "{meta.name_of(found)}" '
    ]
    await office.delete("Pod", "web", gracePeriodSeconds=0)
    assert await attached(office) == {}


async def test_a_volume_of_one_node_is_attached_elsewhere_only_after_it_was_let_go(office: Office) -> None:
    found = await bound(office, "attachdetach")
    for name in ("n1", "n2"):
        await office.node(name)
        await office.pod(f"on-{name}", on=name, **MOUNTS)
    assert await attached(office) == {"n1": True}
    assert await office.events("FailedAttachVolume") == [
        f'Multi-Attach error for volume "{meta.name_of(found)}" Volume is already used by pod(s) on-n1'
    ]
    await office.delete("Pod", "on-n1", gracePeriodSeconds=0)
    assert await attached(office) == {"n2": True}


async def test_from_a_node_that_is_lost_a_volume_is_detached_after_six_minutes(office: Office) -> None:
    await bound(office, "attachdetach")
    await office.node("n1", ready="Unknown")
    await office.pod("web", on="n1", **MOUNTS)
    await office.delete("Pod", "web", gracePeriodSeconds=0)
    await office.clock.advance(350)
    assert await attached(office) == {"n1": True}
    await office.clock.advance(20)
    assert await attached(office) == {}


async def test_a_claim_grows_where_its_class_lets_it(office: Office) -> None:
    found = await bound(office, "persistentvolume-expander", allowVolumeExpansion=True)
    await office.change("PersistentVolumeClaim", "data", {"spec": {"resources": {"requests": {"storage": "3Gi"}}}})
    await office.clock.advance(1)
    assert (await office.get("PersistentVolumeClaim", "data"))["status"]["capacity"] == {"storage": "3Gi"}
    assert (await office.get("PersistentVolume", meta.name_of(found)))["spec"]["capacity"] == {"storage": "3Gi"}
    assert await office.events("ExternalExpanding") == ["waiting for an external controller to expand this PVC"]
    assert await office.events("VolumeResizeSuccessful") == ["Resize volume succeeded"]


async def test_a_claim_that_a_pod_uses_outlives_its_deletion(office: Office) -> None:
    await bound(office, "pvc-protection", "pv-protection")
    await office.pod("web", on="n1", **MOUNTS)
    assert (await office.get("PersistentVolumeClaim", "data"))["metadata"]["finalizers"] == [
        "kubernetes.io/pvc-protection"
    ]
    await office.delete("PersistentVolumeClaim", "data")
    assert await office.names("PersistentVolumeClaim") == ["data"]
    await office.runs("web", phase="Succeeded")
    await office.clock.advance(1)
    assert await office.names("PersistentVolumeClaim") == []
    assert await office.names("PersistentVolume") == []


async def test_a_volume_that_a_claim_has_outlives_its_deletion(office: Office) -> None:
    found = await bound(office, "pv-protection")
    await office.delete("PersistentVolume", meta.name_of(found))
    assert await office.names("PersistentVolume") == [meta.name_of(found)]
    await office.delete("PersistentVolumeClaim", "data")
    await office.clock.advance(1)
    assert await office.names("PersistentVolume") == []


async def test_a_pods_own_claim_comes_with_it(office: Office) -> None:
    await office.start("ephemeral-volume")
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": spec}
    await claim(office, "other-scratch")
    for name in ("web", "other"):
        await office.pod(name, volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}])
    found = await office.get("PersistentVolumeClaim", "web-scratch")
    pod = await office.get("Pod", "web")
    assert found["metadata"]["labels"] == {"a": "b"}
    assert (meta.controller_of(found) or {})["uid"] == meta.uid_of(pod)
    assert await office.events("EphemeralVolumeCreationFailed") == [
        "ephemeral volume scratch: PVC default/other-scratch was not created for pod default/other (pod is not owner)"
    ]
    await office.delete("PersistentVolumeClaim", "web-scratch")
    assert "web-scratch" in await office.names("PersistentVolumeClaim")


async def test_a_volume_that_nobody_can_recycle_has_failed(office: Office) -> None:
    await office.start("persistentvolumebinder")
    await volume(office, persistentVolumeReclaimPolicy="Recycle")
    await claim(office)
    await office.clock.advance(1)
    await office.delete("PersistentVolumeClaim", "data")
    await office.clock.advance(1)
    status = (await office.get("PersistentVolume", "pv"))["status"]
    assert (status["phase"], status["message"]) == ("Failed", "No recycler plugin found for the volume!")
    assert await office.events("VolumeFailedRecycle") == ["No recycler plugin found for the volume!"]
