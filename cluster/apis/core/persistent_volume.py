"""PersistentVolume: a piece of storage that outlives pods.

Models: pkg/registry/core/persistentvolume/strategy.go, core/validation/validation.go ValidatePersistentVolume v1.37
Simplified: sources are checked by their schema only.
"""

from __future__ import annotations

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import volume_words
from cluster.apis.registry import Column, Kind, Subresource

RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
NOT_SOURCES = (
    "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
    "storageClassName", "volumeAttributesClassName", "volumeMode",
)  # fmt: skip


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if not spec.get("persistentVolumeReclaimPolicy"):
        spec["persistentVolumeReclaimPolicy"] = "Retain"
    if spec.get("volumeMode") is None:
        spec["volumeMode"] = "Filesystem"
    if (host_path := spec.get("hostPath")) is not None and host_path.get("type") is None:
        host_path["type"] = ""


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_status(new, old)
    if old is None:
        new["status"] = {"phase": "Pending"}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += volume_words.access_modes(spec.get("accessModes") or (), "spec.accessModes")
    faults += _capacity(spec.get("capacity") or {}, "spec.capacity")
    policy, sources = spec["persistentVolumeReclaimPolicy"], [name for name in spec if name not in NOT_SOURCES]
    if policy not in RECLAIM_POLICIES:
        faults.append(validation.not_supported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM_POLICIES))
    if not sources:
        faults.append(validation.required("spec", "must specify a volume type"))
    faults += [
        validation.forbidden(f"spec.{name}", "may not specify more than 1 volume type") for name in sorted(sources)[1:]
    ]
    if spec["volumeMode"] not in volume_words.VOLUME_MODES:
        faults.append(validation.not_supported("spec.volumeMode", spec["volumeMode"], volume_words.VOLUME_MODES))
    return faults + (_unchanged(spec, old["spec"], sources) if old is not None else [])


def _capacity(capacity: Obj, at: str) -> list[FieldError]:
    faults = [] if capacity else [validation.required(at)]
    if "storage" not in capacity or len(capacity) > 1:
        faults.append(validation.not_supported(at, capacity, ("storage",)))
    return faults + [
        validation.invalid(f"{at}[{name}]", amount, validation.NOT_POSITIVE)
        for name, amount in capacity.items()
        if quantity.parse(amount) <= 0
    ]


def _unchanged(spec: Obj, before: Obj, sources: list[str]) -> list[FieldError]:
    faults = validation.immutable("spec.volumeMode", spec["volumeMode"], before.get("volumeMode"))
    if any(spec[name] != before.get(name) for name in sources):
        text = "spec.persistentvolumesource is immutable after creation"
        faults.append(validation.forbidden("spec.persistentvolumesource", text))
    return faults


def _claim(obj: Obj, now: float) -> str:
    found = obj["spec"].get("claimRef")
    return f"{found.get('namespace', '')}/{found.get('name', '')}" if found else ""


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolume",
    plural="persistentvolumes",
    schema="io.k8s.api.core.v1.PersistentVolume",
    namespaced=False,
    short_names=("pv",),
    columns=(
        columns.NAME,
        Column(
            "Capacity",
            lambda obj, now: (obj["spec"].get("capacity") or {}).get("storage", "0"),
            description="capacity is the description of the persistent volume's resources and capacity.",
        ),
        Column(
            "Access Modes",
            lambda obj, now: volume_words.modes(obj["spec"].get("accessModes") or ()),
            description="accessModes contains all ways the volume can be mounted.",
        ),
        Column(
            "Reclaim Policy",
            columns.field("spec", "persistentVolumeReclaimPolicy"),
            description="persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its "
            "claim.",
        ),
        Column(
            "Status",
            lambda obj, now: volume_words.phase(obj),
            description="phase indicates if a volume is available, bound to a claim, or released by a claim.",
        ),
        Column(
            "Claim",
            _claim,
            description="claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim.",
        ),
        Column(
            "StorageClass",
            lambda obj, now: volume_words.storage_class(obj),
            description="StorageClass of the pv",
        ),
        Column(
            "VolumeAttributesClass",
            columns.field("spec", "volumeAttributesClassName", volume_words.UNSET),
            description="VolumeAttributesClass of the pv",
        ),
        Column(
            "Reason",
            columns.field("status", "reason"),
            description="reason is a brief CamelCase string that describes any failure",
        ),
        columns.AGE,
        Column(
            "VolumeMode",
            columns.field("spec", "volumeMode", volume_words.UNSET),
            description="volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in "
            "raw block state.",
            priority=1,
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
