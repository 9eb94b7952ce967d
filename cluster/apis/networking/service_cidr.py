"""ServiceCIDR: a range that Services' addresses come from. Models: pkg/registry/networking/servicecidr/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    cidrs = (new.get("spec") or {}).get("cidrs") or []
    if old is not None:
        before = (old.get("spec") or {}).get("cidrs") or []
        if cidrs[: len(before)] != before:
            faults.append(validation.invalid("spec.cidrs", cidrs, validation.IMMUTABLE))
        return faults
    if not cidrs:
        faults.append(validation.required("spec.cidrs", "at least one CIDR required"))
    if len(cidrs) > 2:
        text = "may only hold up to 2 values"
        faults.append(validation.invalid("spec", {"cidrs": cidrs}, text))
    return faults + [
        fault for index, cidr in enumerate(cidrs) for fault in validation.cidr(f"spec.cidrs[{index}]", cidr)
    ]


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="ServiceCIDR",
    plural="servicecidrs",
    schema="io.k8s.api.networking.v1.ServiceCIDR",
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "CIDRs",
            lambda obj, now: ",".join((obj.get("spec") or {}).get("cidrs") or ()),
            description='CIDRs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from '
            "which to assign service cluster IPs.",
        ),
        columns.AGE,
    ),
    prepare=strategy.keep_status,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
