"""Secret: configuration that is not for everybody's eyes.

Models: pkg/registry/core/secret/strategy.go, core/validation/validation.go ValidateSecret v1.37
"""

from __future__ import annotations

import base64

import orjson

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import config_map
from cluster.apis.registry import Column, Kind

OPAQUE = "Opaque"
ACCOUNT_TOKEN = "kubernetes.io/service-account-token"
ACCOUNT_NAME = "kubernetes.io/service-account.name"
DOCKER = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}
REQUIRED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


def default(secret: Obj) -> None:
    """Also turns `stringData`, which is only ever written, into `data`."""
    if not secret.get("type"):
        secret["type"] = OPAQUE
    if written := secret.pop("stringData", None):
        data = secret["data"] = dict(secret.get("data") or {})
        for key, value in written.items():
            data[key] = base64.b64encode(value.encode()).decode()


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        faults += validation.immutable("type", new.get("type"), old.get("type"))
        faults += config_map.immutability(new, old, ("data",))
    data = new.get("data") or {}
    for key in data:
        faults += validation.each(f"data[{key}]", key, validation.config_key(key))
    if sum(config_map.decoded_size(value) for value in data.values()) > config_map.LIMIT_BYTES:
        faults.append(validation.too_long("data", config_map.LIMIT_BYTES))
    return faults + _of_type(new, data)


def _of_type(secret: Obj, data: Obj) -> list[FieldError]:
    kind = secret.get("type") or ""
    if kind == ACCOUNT_TOKEN:
        found = (secret["metadata"].get("annotations") or {}).get(ACCOUNT_NAME)
        return [] if found else [validation.required(f"metadata.annotations[{ACCOUNT_NAME}]")]
    if kind in DOCKER:
        return _docker(data, DOCKER[kind])
    if kind == "kubernetes.io/basic-auth":
        fields = ("username", "password")
        return (
            []
            if any(field in data for field in fields)
            else [validation.required(f"data[{field}]") for field in fields]
        )
    return [validation.required(f"data[{field}]") for field in REQUIRED.get(kind, ()) if field not in data]


def _docker(data: Obj, key: str) -> list[FieldError]:
    if key not in data:
        return [validation.required(f"data[{key}]")]
    try:
        if not isinstance(orjson.loads(base64.b64decode(data[key])), dict):
            raise ValueError("json: cannot unmarshal into Go value of type map[string]interface {}")
    except ValueError as error:
        return [validation.invalid(f"data[{key}]", "<secret contents redacted>", str(error))]
    return []


KIND = Kind(
    group="",
    version="v1",
    kind="Secret",
    plural="secrets",
    schema="io.k8s.api.core.v1.Secret",
    columns=(
        columns.NAME,
        Column(
            "Type", columns.field("", "type"), description="Used to facilitate programmatic handling of secret data."
        ),
        Column("Data", lambda obj, now: len(obj.get("data") or ()), description="Data contains the secret data."),
        columns.AGE,
    ),
    default=default,
    prepare=strategy.keep_generation,
    validate=validate,
    selectable_fields={"type": lambda secret: secret.get("type") or ""},
)
