"""ResourceQuota. Models: pkg/registry/core/resourcequota/strategy.go, printers.go printResourceQuota v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind, Subresource


def default(quota: Obj) -> None:
    quota.setdefault("spec", {})


def prepare(new: Obj, old: Obj | None) -> None:
    new["status"] = (old or {}).get("status") or {}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    return faults + validation.quantities("spec.hard", new["spec"].get("hard") or {})


def _amounts(quota: Obj, *, limits: bool) -> str:
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    shown = [name for name in sorted(hard) if name.startswith("limits.") == limits]
    return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in shown)


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    plural="resourcequotas",
    schema="io.k8s.api.core.v1.ResourceQuota",
    short_names=("quota",),
    columns=(
        columns.NAME,
        Column("Request", lambda obj, now: _amounts(obj, limits=False)),
        Column("Limit", lambda obj, now: _amounts(obj, limits=True)),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=columns.status_only, validate=lambda new, old: ()),),
)
