"""ControllerRevision: what a DaemonSet's or StatefulSet's template was; it never changes but for its number.

Models: pkg/registry/apps/controllerrevision/strategy.go, pkg/apis/apps/validation ValidateControllerRevision v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if new.get("data") is None:
        faults.append(validation.required("data", "data is mandatory"))
    faults += validation.not_negative("revision", new.get("revision"))
    if old is not None:
        faults += validation.immutable("data", new.get("data"), old.get("data"))
    return faults


def _controller(obj: Obj, now: float) -> str:
    owner = meta.controller_of(obj)
    if owner is None:
        return columns.NONE
    group = owner["apiVersion"].partition("/")[0] if "/" in owner["apiVersion"] else ""
    return f"{owner['kind'].lower()}{'.' if group else ''}{group}/{owner['name']}"


KIND = Kind(
    group="apps",
    version="v1",
    kind="ControllerRevision",
    plural="controllerrevisions",
    schema="io.k8s.api.apps.v1.ControllerRevision",
    columns=(
        columns.NAME,
        Column("Controller", _controller, description="Controller of the object"),
        Column(
            "Revision",
            columns.field("", "revision", 0),
            description="Revision indicates the revision of the state represented by Data.",
        ),
        columns.AGE,
    ),
    validate=validate,
)
