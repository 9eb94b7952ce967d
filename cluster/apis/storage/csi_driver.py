"""CSIDriver: what a driver of volumes can do. Models: pkg/apis/storage/{v1/defaults.go,validation/validation.go} v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Cell, Column, Kind

DEFAULTS: dict[str, Any] = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "volumeLifecycleModes": ["Persistent"],
    "requiresRepublish": False,
    "seLinuxMount": False,
}
MODES = ("Ephemeral", "Persistent")
GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
LONGEST = 63


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    for name, value in DEFAULTS.items():
        if spec.get(name) is None:
            spec[name] = list(value) if isinstance(value, list) else value


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_generation(new, old)
    if old is not None and new["spec"] != old.get("spec"):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec, name = new["spec"], new["metadata"].get("name") or ""
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if len(name) > LONGEST:
        faults.append(validation.too_long("metadata.name", LONGEST))
    for index, mode in enumerate(spec["volumeLifecycleModes"]):
        if mode not in MODES:
            faults.append(validation.not_supported(f"spec.volumeLifecycleModes[{index}]", mode, MODES))
    if spec["fsGroupPolicy"] not in GROUP_POLICIES:
        faults.append(validation.not_supported("spec.fsGroupPolicy", spec["fsGroupPolicy"], GROUP_POLICIES))
    if old is not None:
        for field in ("attachRequired", "volumeLifecycleModes"):
            faults += validation.immutable(f"spec.{field}", spec[field], old["spec"].get(field))
    return faults


def _flag(name: str) -> Cell:
    return lambda obj, now: bool(obj["spec"].get(name))


def _tokens(obj: Obj, now: float) -> str:
    found = obj["spec"].get("tokenRequests")
    return ",".join(each.get("audience", "") for each in found) if found else "<unset>"


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIDriver",
    plural="csidrivers",
    schema="io.k8s.api.storage.v1.CSIDriver",
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "AttachRequired",
            _flag("attachRequired"),
            type="boolean",
            description="attachRequired indicates this CSI volume driver requires an attach operation",
        ),
        Column(
            "PodInfoOnMount",
            _flag("podInfoOnMount"),
            type="boolean",
            description="podInfoOnMount indicates this CSI volume driver requires additional pod information during mount",
        ),
        Column(
            "StorageCapacity",
            _flag("storageCapacity"),
            type="boolean",
            description="storageCapacity indicates that the CSI volume driver wants pod scheduling to consider the storage "
            "capacity that the driver deployment will report",
        ),
        Column(
            "TokenRequests",
            _tokens,
            description="tokenRequests indicates the CSI driver needs pods' service account tokens it is mounting volume for",
        ),
        Column(
            "RequiresRepublish",
            _flag("requiresRepublish"),
            type="boolean",
            description="requiresRepublish indicates the CSI driver wants `NodePublishVolume` being periodically called",
        ),
        Column(
            "Modes",
            lambda obj, now: ",".join(obj["spec"].get("volumeLifecycleModes") or ()) or columns.NONE,
            description="volumeLifecycleModes defines what kind of volumes this CSI volume driver supports",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
