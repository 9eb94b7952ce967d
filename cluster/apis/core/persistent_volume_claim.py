"""PersistentVolumeClaim: a wish for storage.

Models: pkg/registry/core/persistentvolumeclaim/strategy.go, core/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import volume_words
from cluster.apis.registry import Column, Kind, Subresource

IMMUTABLE = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("resources", {})
    if spec.get("volumeMode") is None:
        spec["volumeMode"] = "Filesystem"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_status(new, old)
    if old is None:
        new["status"] = {"phase": "Pending"}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        return faults + _unchanged(new, old)
    return faults + claim_spec(spec, "spec")


def claim_spec(spec: Obj, at: str) -> list[FieldError]:
    """The faults of a claim's spec, also of a StatefulSet's template of one."""
    faults: list[FieldError] = []
    faults += volume_words.access_modes(
        spec.get("accessModes") or (), f"{at}.accessModes", "at least 1 access mode is required"
    )
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    where = f"{at}.resources[storage]"
    if asked is None:
        faults.append(validation.required(where))
    elif quantity.parse(asked) <= 0:
        faults.append(validation.invalid(where, asked, validation.NOT_POSITIVE))
    if name := spec.get("storageClassName"):
        faults += validation.each(f"{at}.storageClassName", name, names.dns1123_subdomain(name))
    if spec.get("volumeMode") not in (None, *volume_words.VOLUME_MODES):
        faults.append(validation.not_supported(f"{at}.volumeMode", spec["volumeMode"], volume_words.VOLUME_MODES))
    if (selector := spec.get("selector")) is not None:
        faults += validation.label_selector(f"{at}.selector", selector)
    return faults


def _unchanged(new: Obj, old: Obj) -> list[FieldError]:
    """Bound claims may grow; who binds them gives them a volume once."""
    spec, before = dict(new["spec"]), old["spec"]
    bound = (old.get("status") or {}).get("phase") == "Bound"
    if not before.get("volumeName") and spec.get("volumeName"):
        spec.pop("volumeName")
    if before.get("storageClassName") is None:
        spec.pop("storageClassName", None)
    if bound:
        for name in ("resources", "volumeAttributesClassName"):
            spec.pop(name, None)
            if name in before:
                spec[name] = before[name]
    if spec == before:
        return _no_less(new["spec"], before)
    return [validation.forbidden("spec", IMMUTABLE)]


def _no_less(spec: Obj, before: Obj) -> list[FieldError]:
    asked, was = (((each.get("resources") or {}).get("requests") or {}).get("storage") for each in (spec, before))
    if asked is None or was is None or quantity.parse(asked) >= quantity.parse(was):
        return []
    return [validation.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")]


def _of_bound(obj: Obj) -> Obj:
    """The status of a claim that has a volume."""
    return (obj.get("status") or {}) if obj["spec"].get("volumeName") else {}


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolumeClaim",
    plural="persistentvolumeclaims",
    schema="io.k8s.api.core.v1.PersistentVolumeClaim",
    short_names=("pvc",),
    columns=(
        columns.NAME,
        Column(
            "Status",
            lambda obj, now: volume_words.phase(obj),
            description="phase represents the current phase of PersistentVolumeClaim.",
        ),
        Column(
            "Volume",
            columns.field("spec", "volumeName"),
            description="volumeName is the binding reference to the PersistentVolume backing this claim.",
        ),
        Column(
            "Capacity",
            lambda obj, now: (_of_bound(obj).get("capacity") or {}).get("storage", "0" if _of_bound(obj) else ""),
            description="capacity represents the actual resources of the underlying volume.",
        ),
        Column(
            "Access Modes",
            lambda obj, now: volume_words.modes(_of_bound(obj).get("accessModes") or ()),
            description="accessModes contains the actual access modes the volume backing the PVC has.",
        ),
        Column(
            "StorageClass",
            lambda obj, now: volume_words.storage_class(obj),
            description="StorageClass of the pvc",
        ),
        Column(
            "VolumeAttributesClass",
            columns.field("spec", "volumeAttributesClassName", volume_words.UNSET),
            description="VolumeAttributesClass of the pvc",
        ),
        columns.AGE,
        Column(
            "VolumeMode",
            columns.field("spec", "volumeMode", volume_words.UNSET),
            description="volumeMode defines what type of volume is required by the claim.",
            priority=1,
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
