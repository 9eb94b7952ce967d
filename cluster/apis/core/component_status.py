"""ComponentStatus: whether the parts of the control plane answer; asked for, never stored.

Models: pkg/registry/core/componentstatus/rest.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import columns
from cluster.apis.registry import Column, Kind


def _condition(obj: Obj, name: str) -> str:
    found: Obj = next((each for each in obj.get("conditions") or () if each["type"] == "Healthy"), {})
    return found.get(name) or ""


def _status(obj: Obj, now: float) -> str:
    return "Healthy" if _condition(obj, "status") == "True" else "Unhealthy"


KIND = Kind(
    group="",
    version="v1",
    kind="ComponentStatus",
    plural="componentstatuses",
    schema="io.k8s.api.core.v1.ComponentStatus",
    namespaced=False,
    short_names=("cs",),
    verbs=("get", "list"),
    columns=(
        columns.NAME,
        Column("Status", _status, description="Status of the component conditions"),
        Column(
            "Message", lambda obj, now: _condition(obj, "message"), description="Message of the component conditions"
        ),
        Column("Error", lambda obj, now: _condition(obj, "error"), description="Error of the component conditions"),
    ),
    stored=False,
    deprecated="v1 ComponentStatus is deprecated in v1.19+",
)
