"""Which volume suits a claim, what binds them to each other, what a provisioner makes; pure.

Models: component-helpers/storage/volume/{pv_helpers,helpers}.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cluster.apimachinery import labels, meta, quantity
from cluster.apimachinery.meta import Obj

BIND_COMPLETED, BOUND_BY_CONTROLLER = "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY, PROVISIONER = "pv.kubernetes.io/provisioned-by", "volume.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


def class_of(obj: Obj) -> str:
    """The storage class of a claim or a volume, "" for none."""
    return obj["spec"].get("storageClassName") or ""


def size_of(claim: Obj) -> Decimal:
    return quantity.parse(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0")


def capacity_of(volume: Obj) -> Decimal:
    return quantity.parse((volume["spec"].get("capacity") or {}).get("storage") or "0")


def is_bound_to(volume: Obj, claim: Obj) -> bool:
    """Is the volume this claim's, or kept for it?"""
    reference = volume["spec"].get("claimRef") or {}
    same = (reference.get("namespace"), reference.get("name")) == (meta.namespace_of(claim), meta.name_of(claim))
    return same and reference.get("uid") in (None, "", meta.uid_of(claim))


def best_match(claim: Obj, volumes: Iterable[Obj]) -> Obj | None:
    """The volume that is kept for a claim, or the smallest free one that suits it. Models: FindMatchingVolume"""
    suiting = []
    for volume in volumes:
        if meta.is_being_deleted(volume) or not _suits(claim, volume):
            continue
        if is_bound_to(volume, claim):
            return volume
        if not volume["spec"].get("claimRef") and (volume.get("status") or {}).get("phase") == "Available":
            suiting.append(volume)
    return min(suiting, key=lambda each: (capacity_of(each), meta.name_of(each)), default=None)


def _suits(claim: Obj, volume: Obj) -> bool:
    wanted, found = claim["spec"], volume["spec"]
    if size_of(claim) > capacity_of(volume) or class_of(claim) != class_of(volume):
        return False
    if not set(wanted.get("accessModes") or ()) <= set(found.get("accessModes") or ()):
        return False
    if (wanted.get("volumeMode") or "Filesystem") != (found.get("volumeMode") or "Filesystem"):
        return False
    selector = wanted.get("selector")
    return selector is None or labels.from_label_selector(selector).matches(meta.labels_of(volume))


def reference_to(claim: Obj) -> Obj:
    metadata = claim["metadata"]
    found = {name: metadata[name] for name in ("namespace", "name", "uid", "resourceVersion") if name in metadata}
    return {"kind": "PersistentVolumeClaim", "apiVersion": "v1", **found}


def annotated(obj: Obj, *names: str) -> Obj:
    """The object with annotations set to "yes"."""
    notes = {**meta.annotations_of(obj), **dict.fromkeys(names, "yes")}
    return {**obj, "metadata": {**obj["metadata"], "annotations": notes}}


def bound_volume(volume: Obj, claim: Obj) -> Obj:
    """The volume as it belongs to the claim. Models: GetBindVolumeToClaim"""
    by_us = () if is_bound_to(volume, claim) else (BOUND_BY_CONTROLLER,)
    kept = annotated(volume, *by_us)
    return {**kept, "spec": {**volume["spec"], "claimRef": reference_to(claim)}}


def bound_claim(claim: Obj, volume: Obj) -> Obj:
    """The claim as the volume is its. Models: bindClaimToVolume"""
    by_us = () if claim["spec"].get("volumeName") else (BOUND_BY_CONTROLLER,)
    kept = annotated(claim, BIND_COMPLETED, *by_us)
    return {**kept, "spec": {**claim["spec"], "volumeName": meta.name_of(volume)}}


def provisioned(claim: Obj, storage_class: Obj) -> Obj:
    """The volume that a class's provisioner makes for a claim."""
    name, provisioner = f"pvc-{meta.uid_of(claim)}", storage_class["provisioner"]
    spec = {
        "capacity": {"storage": ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0"},
        "accessModes": claim["spec"].get("accessModes") or [],
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy") or "Delete",
        "storageClassName": meta.name_of(storage_class),
        "volumeMode": claim["spec"].get("volumeMode") or "Filesystem",
        "claimRef": reference_to(claim),
        "csi": {"driver": provisioner, "volumeHandle": name},
    }
    if storage_class.get("mountOptions"):
        spec["mountOptions"] = storage_class["mountOptions"]
    metadata = {"name": name, "annotations": {PROVISIONED_BY: provisioner}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": spec}
