"""What volumes and claims to them share: access modes, and how tables tell of them. Models: pkg/apis/core/helper, pkg/printers/internalversion v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

SHORT = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
VOLUME_MODES = ("Block", "Filesystem")
CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
UNSET = "<unset>"


def modes(found: Sequence[str]) -> str:
    """Access modes by their short names, each once, in the order of `SHORT`."""
    return ",".join(short for mode, short in SHORT.items() if mode in found)


def access_modes(found: Sequence[str], at: str, needed: str = "") -> list[FieldError]:
    """The faults of a list of access modes; `needed` says why there must be one."""
    faults = [] if found else [validation.required(at, needed)]
    for mode in found:
        if mode not in SHORT:
            faults.append(validation.not_supported(at, mode, sorted(SHORT)))
    if "ReadWriteOncePod" in found and len(found) > 1:
        text = "may not use ReadWriteOncePod with other access modes"
        faults.append(validation.forbidden(at, text))
    return faults


def phase(obj: Obj) -> str:
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    return (obj.get("status") or {}).get("phase") or ""


def storage_class(obj: Obj) -> str:
    """The class by its old annotation, else by its field."""
    annotated = (obj["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    return annotated or obj["spec"].get("storageClassName") or ""
