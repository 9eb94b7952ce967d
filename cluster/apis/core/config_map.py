"""ConfigMap: configuration in keys.

Models: pkg/registry/core/configmap/strategy.go, core/validation/validation.go ValidateConfigMap v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind

LIMIT_BYTES = 1024 * 1024
IMMUTABLE_WHEN_SET = "field is immutable when `immutable` is set"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain) + immutability(new, old, ("data", "binaryData"))
    data, binary = new.get("data") or {}, new.get("binaryData") or {}
    size = 0
    for key, value in data.items():
        faults += validation.each(f"data[{key}]", key, validation.config_key(key))
        if key in binary:
            faults.append(validation.invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
        size += len(value.encode())
    for key, value in binary.items():
        faults += validation.each(f"binaryData[{key}]", key, validation.config_key(key))
        size += decoded_size(value)
    if size > LIMIT_BYTES:
        faults.append(validation.too_long("[]", LIMIT_BYTES))
    return faults


def immutability(new: Obj, old: Obj | None, fields: tuple[str, ...]) -> list[FieldError]:
    """What is marked immutable stays, and stays marked."""
    if old is None or not old.get("immutable"):
        return []
    faults = [] if new.get("immutable") else [validation.forbidden("immutable", IMMUTABLE_WHEN_SET)]
    changed = [field for field in fields if (new.get(field) or {}) != (old.get(field) or {})]
    return faults + [validation.forbidden(field, IMMUTABLE_WHEN_SET) for field in changed]


def decoded_size(text: str) -> int:
    """How many bytes a base64 text stands for."""
    return len(text) * 3 // 4 - text[-2:].count("=")


def _count(obj: Obj, now: float) -> int:
    return len(obj.get("data") or ()) + len(obj.get("binaryData") or ())


KIND = Kind(
    group="",
    version="v1",
    kind="ConfigMap",
    plural="configmaps",
    schema="io.k8s.api.core.v1.ConfigMap",
    short_names=("cm",),
    columns=(columns.NAME, Column("Data", _count, description="Data contains the configuration data."), columns.AGE),
    prepare=strategy.keep_generation,
    validate=validate,
)
