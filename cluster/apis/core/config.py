"""ConfigMap and Secret: configuration in keys. Models: pkg/registry/core/{configmap,secret}/strategy.go v1.37"""

from __future__ import annotations

import base64
import re

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind

LIMIT_BYTES = 1024 * 1024
KEY_MESSAGE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_key = re.compile("[-._a-zA-Z0-9]+")
OPAQUE = "Opaque"
SERVICE_ACCOUNT_TOKEN = "kubernetes.io/service-account-token"


def _keys(obj: Obj, *fields: str) -> list[FieldError]:
    faults: list[FieldError] = []
    size = 0
    for field in fields:
        for key, value in (obj.get(field) or {}).items():
            size += len(value)
            if not _key.fullmatch(key):
                faults.append(validation.invalid(f"{field}[{key}]", key, KEY_MESSAGE))
    if size > LIMIT_BYTES * (4 / 3 if "binaryData" not in fields else 1):
        faults.append(validation.too_long("", LIMIT_BYTES))
    return faults


def _immutability(new: Obj, old: Obj | None, *fields: str) -> list[FieldError]:
    if old is None or not old.get("immutable"):
        return []
    faults = []
    if not new.get("immutable"):
        faults.append(validation.forbidden("immutable", "field is immutable when `immutable` is set"))
    for field in fields:
        if new.get(field) != old.get(field):
            faults.append(validation.forbidden(field, "field is immutable when `immutable` is set"))
    return faults


def validate_config_map(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    return faults + _keys(new, "data", "binaryData") + _immutability(new, old, "data", "binaryData")


def default_secret(secret: Obj) -> None:
    secret.setdefault("type", OPAQUE)
    written = secret.pop("stringData", None)
    if written:
        data = secret.setdefault("data", {})
        for key, value in written.items():
            data[key] = base64.b64encode(value.encode()).decode()


def validate_secret(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain) + _keys(new, "data")
    if old is not None:
        faults += validation.immutable("type", new.get("type"), old.get("type"))
    if new.get("type") == SERVICE_ACCOUNT_TOKEN:
        annotation = "kubernetes.io/service-account.name"
        if not (new["metadata"].get("annotations") or {}).get(annotation):
            faults.append(validation.required(f"metadata.annotations[{annotation}]"))
    return faults + _immutability(new, old, "data")


def _count(*fields: str) -> Column:
    return Column("Data", lambda obj, now: sum(len(obj.get(field) or {}) for field in fields), type="string")


CONFIG_MAP = Kind(
    group="",
    version="v1",
    kind="ConfigMap",
    plural="configmaps",
    schema="io.k8s.api.core.v1.ConfigMap",
    short_names=("cm",),
    columns=(columns.NAME, _count("data", "binaryData"), columns.AGE),
    validate=validate_config_map,
)
SECRET = Kind(
    group="",
    version="v1",
    kind="Secret",
    plural="secrets",
    schema="io.k8s.api.core.v1.Secret",
    columns=(columns.NAME, Column("Type", lambda obj, now: obj.get("type", "")), _count("data"), columns.AGE),
    default=default_secret,
    validate=validate_secret,
    selectable_fields={"type": lambda obj: obj.get("type", "")},
)
