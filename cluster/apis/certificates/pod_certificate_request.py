"""PodCertificateRequest: a kubelet asks for a pod's certificate. Models: pkg/registry/certificates/podcertificaterequest v1.37"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

SCHEMA = "io.k8s.api.certificates.v1.PodCertificateRequest"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    if old is not None and new.get("spec") != old.get("spec"):
        faults.append(validation.invalid("spec", new.get("spec"), validation.IMMUTABLE))
    return faults


def _state(obj: Obj, now: float) -> str:
    types = [each["type"] for each in (obj.get("status") or {}).get("conditions") or ()]
    return next((type for type in ("Denied", "Failed", "Issued") if type in types), "Pending")


def _field(name: str) -> Callable[[Obj], str]:
    return lambda obj: (obj.get("spec") or {}).get(name) or ""


SELECTABLE = ("signerName", "podName", "nodeName")
KIND = Kind(
    group="certificates.k8s.io",
    version="v1",
    kind="PodCertificateRequest",
    plural="podcertificaterequests",
    schema=SCHEMA,
    columns=(
        columns.NAME,
        Column("PodName", columns.field("spec", "podName"), description="The name of the pod that the request is for"),
        Column(
            "ServiceAccountName",
            columns.field("spec", "serviceAccountName"),
            description="The service account of the pod",
        ),
        Column("NodeName", columns.field("spec", "nodeName"), description="The node that the pod is assigned to"),
        Column("SignerName", columns.field("spec", "signerName"), description="The requested signer"),
        Column("State", _state, description="Whether the request is pending, issued, denied or failed"),
        columns.AGE,
    ),
    prepare=strategy.keep_status,
    validate=validate,
    selectable_fields={f"spec.{name}": _field(name) for name in SELECTABLE},
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
