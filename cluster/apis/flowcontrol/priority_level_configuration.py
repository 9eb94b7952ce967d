"""PriorityLevelConfiguration: how many requests of a level are served at once, and how many wait.

Models: pkg/apis/flowcontrol/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Cell, Column, Kind, Subresource

QUEUING = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}
TYPES = ("Exempt", "Limited")


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if (exempt := spec.get("exempt")) is not None:
        exempt.setdefault("nominalConcurrencyShares", 0)
        exempt.setdefault("lendablePercent", 0)
    if (limited := spec.get("limited")) is None:
        return
    limited.setdefault("nominalConcurrencyShares", 30)
    limited.setdefault("lendablePercent", 0)
    queuing = (limited.get("limitResponse") or {}).get("queuing")
    if queuing is not None:
        for name, value in QUEUING.items():
            if not queuing.get(name):
                queuing[name] = value


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    kind, limited, exempt = spec.get("type"), spec.get("limited"), spec.get("exempt")
    if kind not in TYPES:
        return [*faults, validation.not_supported("spec.type", kind or "", TYPES)]
    if kind == "Exempt" and limited is not None:
        return [*faults, validation.forbidden("spec.limited", "must be nil if the type is not Limited")]
    if kind == "Limited" and exempt is not None:
        return [*faults, validation.forbidden("spec.exempt", "must be nil if the type is Limited")]
    if kind == "Limited" and limited is None:
        return [*faults, validation.required("spec.limited", "must not be empty when type is Limited")]
    return faults + (_limited(limited, "spec.limited") if limited else [])


def _limited(limited: Obj, at: str) -> list[FieldError]:
    faults = []
    if limited["nominalConcurrencyShares"] < 0:
        text = "must be a non-negative integer"
        faults.append(validation.invalid(f"{at}.nominalConcurrencyShares", limited["nominalConcurrencyShares"], text))
    response = limited.get("limitResponse") or {}
    kind, queuing = response.get("type"), response.get("queuing")
    if kind not in ("Queue", "Reject"):
        return [*faults, validation.not_supported(f"{at}.limitResponse.type", kind or "", ("Queue", "Reject"))]
    if kind == "Queue" and queuing is None:
        text = "must not be empty if limited.limitResponse.type is Queue"
        faults.append(validation.required(f"{at}.limitResponse.queuing", text))
    if kind == "Reject" and queuing is not None:
        text = "must be nil if limited.limitResponse.type is not Limited"
        faults.append(validation.forbidden(f"{at}.limitResponse.queuing", text))
    if queuing is not None and queuing["handSize"] > queuing["queues"]:
        text = f"should not be greater than queues ({queuing['queues']})"
        faults.append(validation.invalid(f"{at}.limitResponse.queuing.handSize", queuing["handSize"], text))
    return faults


def _shares(obj: Obj, now: float) -> str:
    found = obj["spec"].get("limited") or obj["spec"].get("exempt")
    return str(found.get("nominalConcurrencyShares", columns.NONE)) if found else columns.NONE


def _queuing(name: str) -> Cell:
    def cell(obj: Obj, now: float) -> str:
        response = (obj["spec"].get("limited") or {}).get("limitResponse") or {}
        return str((response.get("queuing") or {}).get(name, columns.NONE))

    return cell


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="PriorityLevelConfiguration",
    plural="prioritylevelconfigurations",
    schema="io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration",
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "Type",
            columns.field("spec", "type"),
            description="type indicates whether this priority level is subject to limitation on request execution.",
        ),
        Column(
            "NominalConcurrencyShares",
            _shares,
            description="nominalConcurrencyShares contributes to the computation of the concurrency limit of this level.",
        ),
        Column("Queues", _queuing("queues"), description="queues is the number of queues for this priority level."),
        Column(
            "HandSize",
            _queuing("handSize"),
            description="handSize is a small positive number that configures the shuffle sharding of requests into queues.",
        ),
        Column(
            "QueueLengthLimit",
            _queuing("queueLengthLimit"),
            description="queueLengthLimit is the maximum number of requests allowed to be waiting in a given queue.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=strategy.spec_and_status,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
