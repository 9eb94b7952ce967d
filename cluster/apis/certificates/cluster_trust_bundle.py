"""ClusterTrustBundle: certificates to trust. Models: pkg/registry/certificates/clustertrustbundle/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, lambda text: names.dns1123_subdomain(text.replace(":", ".")))
    spec = new.get("spec") or {}
    signer, name = spec.get("signerName") or "", new["metadata"].get("name") or ""
    if signer and not name.startswith(prefix := signer.replace("/", ":") + ":"):
        text = f"ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}"
        faults.append(validation.invalid("metadata.name", name, text))
    if not signer and ":" in name:
        text = 'ClusterTrustBundle without signer name must not have ":" in its name'
        faults.append(validation.invalid("metadata.name", name, text))
    if "-----BEGIN CERTIFICATE-----" not in (spec.get("trustBundle") or ""):
        text = "at least one trust anchor must be provided"
        faults.append(validation.invalid("spec.trustBundle", "<value omitted>", text))
    if old is not None:
        faults += validation.immutable("spec.signerName", signer, (old.get("spec") or {}).get("signerName") or "")
    return faults


def _signer(obj: Obj) -> str:
    return (obj.get("spec") or {}).get("signerName") or ""


KIND = Kind(
    group="certificates.k8s.io",
    version="v1",
    kind="ClusterTrustBundle",
    plural="clustertrustbundles",
    schema="io.k8s.api.certificates.v1.ClusterTrustBundle",
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "SignerName",
            lambda obj, now: _signer(obj) or columns.NONE,
            description="signerName indicates the associated signer, if any.",
        ),
        columns.AGE,
    ),
    prepare=strategy.keep_generation,
    validate=validate,
    selectable_fields={"spec.signerName": _signer},
)
