"""Claims and volumes: found, made, waited with, lost, released."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.volume import binding

from .conftest import Office


async def claim(office: Office, name: str = "data", size: str = "1Gi", **spec: Any) -> None:
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    await office.make("PersistentVolumeClaim", name, spec=asked)


async def volume(office: Office, name: str = "pv", size: str = "5Gi", **spec: Any) -> None:
    given = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}, **spec}
    await office.make("PersistentVolume", name, spec=given)


async def storage_class(office: Office, mode: str = "Immediate", provisioner: str = "example.com/disk") -> None:
    await office.make("StorageClass", "fast", provisioner=provisioner, volumeBindingMode=mode)


async def phases(office: Office) -> tuple[list[str], list[str]]:
    await office.clock.advance(1)
    claims, volumes = await office.list("PersistentVolumeClaim"), await office.list("PersistentVolume")
    return [each["status"]["phase"] for each in claims], [each["status"]["phase"] for each in volumes]


async def test_a_claim_and_a_volume_find_each_other(office: Office) -> None:
    await office.start("persistentvolumebinder")
    await claim(office)
    assert await phases(office) == (["Pending"], [])
    assert await office.events("FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]
    await volume(office)
    assert await phases(office) == (["Bound"], ["Bound"])
    found = await office.get("PersistentVolumeClaim", "data")
    assert (found["spec"]["volumeName"], found["status"]["capacity"]) == ("pv", {"storage": "5Gi"})
    assert meta.annotations_of(found)["pv.kubernetes.io/bind-completed"] == "yes"
    assert (await office.get("PersistentVolume", "pv"))["spec"]["claimRef"]["name"] == "data"


@pytest.mark.parametrize(("policy", "left"), [("Retain", ["Released"]), ("Delete", ["Failed"])])
async def test_what_becomes_of_a_volume_when_its_claim_is_gone(office: Office, policy: str, left: list[str]) -> None:
    await office.start("persistentvolumebinder")
    await volume(office, persistentVolumeReclaimPolicy=policy)
    await claim(office)
    assert await phases(office) == (["Bound"], ["Bound"])
    await office.delete("PersistentVolumeClaim", "data")
    assert await phases(office) == ([], left)


async def test_a_class_makes_volumes_and_takes_them_back(office: Office) -> None:
    await office.start("persistentvolumebinder")
    await storage_class(office)
    await claim(office, storageClassName="fast")
    assert await phases(office) == (["Bound"], ["Bound"])
    [made] = await office.list("PersistentVolume")
    assert meta.name_of(made) == f"pvc-{meta.uid_of(await office.get('PersistentVolumeClaim', 'data'))}"
    assert made["spec"]["capacity"] == {"storage": "1Gi"}
    assert await office.events("ProvisioningSucceeded") == [f"Successfully provisioned volume {meta.name_of(made)}"]
    await office.delete("PersistentVolumeClaim", "data")
    assert await phases(office) == ([], [])


async def test_a_claim_waits_for_its_first_consumer(office: Office) -> None:
    await office.start("persistentvolumebinder")
    await storage_class(office, "WaitForFirstConsumer")
    await claim(office, storageClassName="fast")
    assert await phases(office) == (["Pending"], [])
    assert await office.events("WaitForFirstConsumer") == ["waiting for first consumer to be created before binding"]
    notes = {"metadata": {"annotations": {binding.SELECTED_NODE: "n1"}}}
    await office.change("PersistentVolumeClaim", "data", notes)
    assert await phases(office) == (["Bound"], ["Bound"])


async def test_a_class_that_is_not_there_is_told(office: Office) -> None:
    await office.start("persistentvolumebinder")
    await claim(office, storageClassName="fast")
    assert (await office.events("ProvisioningFailed"))[0] == 'storageclass.storage.k8s.io "fast" not found'
    await storage_class(office)
    assert await phases(office) == (["Bound"], ["Bound"])


async def test_a_claim_whose_volume_vanishes_is_lost(office: Office) -> None:
    await office.start("persistentvolumebinder")
    await volume(office)
    await claim(office)
    await phases(office)
    await office.delete("PersistentVolume", "pv")
    assert (await phases(office))[0] == ["Lost"]


def pv(name: str, size: str = "5Gi", **spec: Any) -> Obj:
    given = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce", "ReadOnlyMany"], **spec}
    return {"metadata": {"name": name, "labels": {"disk": name}}, "spec": given, "status": {"phase": "Available"}}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "small"),
        ({"resources": {"requests": {"storage": "3Gi"}}}, "large"),
        ({"resources": {"requests": {"storage": "9Gi"}}}, None),
        ({"accessModes": ["ReadWriteMany"]}, None),
        ({"storageClassName": "slow"}, "classy"),
        ({"volumeMode": "Block"}, None),
        ({"selector": {"matchLabels": {"disk": "large"}}}, "large"),
        ({"mine": True}, "kept"),
    ],
)
def test_the_smallest_volume_that_suits(wanted: Any, found: str | None) -> None:
    name = "mine" if wanted.pop("mine", False) else "data"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **wanted}
    asked = {"metadata": {"name": name, "namespace": "default", "uid": "u"}, "spec": spec}
    kept = {"claimRef": {"namespace": "default", "name": "mine"}}
    volumes = [pv("large"), pv("small", "2Gi"), pv("classy", storageClassName="slow"), pv("kept", "1Gi", **kept)]
    match = binding.best_match(asked, volumes)
    assert (meta.name_of(match) if match else None) == found
