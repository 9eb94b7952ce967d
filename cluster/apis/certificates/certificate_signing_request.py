"""CertificateSigningRequest: somebody asks for a certificate; somebody approves; a signer signs.

Who asks is written by the server (`apiserver.admission.certificates`).
Models: pkg/registry/certificates/certificates/strategy.go, pkg/apis/certificates/validation/validation.go v1.37
"""

from __future__ import annotations

import base64
import binascii

from cluster.apimachinery import names, table
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

SCHEMA = "io.k8s.api.certificates.v1.CertificateSigningRequest"
APPROVED, DENIED, FAILED = "Approved", "Denied", "Failed"
SHORTEST_SECONDS = 600
BEGIN = b"-----BEGIN CERTIFICATE REQUEST-----"
SIGNER_MESSAGE = "must be a fully qualified domain and path of the form 'example.com/signer-name'"


def default(obj: Obj) -> None:
    obj.setdefault("spec", {})
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if not condition.get("status"):
            condition["status"] = "True"


def prepare(new: Obj, old: Obj | None) -> None:
    """A request never changes."""
    strategy.keep_status(new, old)
    new.setdefault("status", {})
    if old is not None:
        new["spec"] = old["spec"]


def prepare_approval(new: Obj, old: Obj | None) -> None:
    """Only the conditions change through the approval door."""
    strategy.status_door()(new, old)
    if old is None:
        return
    before = old.get("status") or {}
    conditions = (new.get("status") or {}).get("conditions")
    new["status"] = {name: value for name, value in before.items() if name != "conditions"}
    strategy.set_or_drop(new["status"], "conditions", conditions)


def condition(obj: Obj, type: str) -> Obj | None:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == type), None)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        return faults
    spec = new["spec"]
    faults += _request(spec.get("request") or "", "spec.request")
    if not spec.get("usages"):
        faults.append(validation.required("spec.usages"))
    faults += _signer(spec.get("signerName") or "", "spec.signerName")
    if (seconds := spec.get("expirationSeconds")) is not None and seconds < SHORTEST_SECONDS:
        text = "may not specify a duration less than 600 seconds (10 minutes)"
        faults.append(validation.invalid("spec.expirationSeconds", seconds, text))
    return faults + schema_rules.faults({"spec": {**spec, "request": "-", "signerName": "-"}}, SCHEMA)


def _request(encoded: str, at: str) -> list[FieldError]:
    try:
        good = BEGIN in base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        good = False
    return [] if good else [validation.invalid(at, encoded, "PEM block type must be CERTIFICATE REQUEST")]


def _signer(name: str, at: str) -> list[FieldError]:
    if not name:
        return [validation.required(at)]
    domain, slash, path = name.partition("/")
    if not slash or not path or "/" in path or len(domain.split(".")) < 2:
        return [validation.invalid(at, name, SIGNER_MESSAGE)]
    return validation.each(at, name, names.dns1123_subdomain(domain))


def validate_conditions(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    at, seen = "status.conditions", set()
    for index, each in enumerate((new.get("status") or {}).get("conditions") or ()):
        type, state = each.get("type") or "", each.get("status") or ""
        if not type:
            faults.append(validation.required(f"{at}[{index}].type"))
        elif type in seen:
            faults.append(validation.duplicate(f"{at}[{index}].type", type))
        if type in (APPROVED, DENIED, FAILED) and state != "True":
            faults.append(validation.not_supported(f"{at}[{index}].status", state, ("True",)))
        seen.add(type)
    if {APPROVED, DENIED} <= seen:
        faults.append(validation.invalid(at, DENIED, "Approved and Denied conditions are mutually exclusive"))
    for type in (APPROVED, DENIED, FAILED):
        if old is not None and condition(old, type) is not None and type not in seen:
            faults.append(
                validation.forbidden(at, f"updates may not remove a condition of type {validation.shown(type)}")
            )
    return faults


def _state(obj: Obj, now: float) -> str:
    text = "Denied" if condition(obj, DENIED) else "Approved" if condition(obj, APPROVED) else "Pending"
    if condition(obj, FAILED):
        text += ",Failed"
    return f"{text},Issued" if (obj.get("status") or {}).get("certificate") else text


def _duration(obj: Obj, now: float) -> str:
    seconds = obj["spec"].get("expirationSeconds")
    return columns.NONE if seconds is None else table.human_duration(seconds)


KIND = Kind(
    group="certificates.k8s.io",
    version="v1",
    kind="CertificateSigningRequest",
    plural="certificatesigningrequests",
    schema=SCHEMA,
    namespaced=False,
    short_names=("csr",),
    columns=(
        columns.NAME,
        columns.AGE,
        Column(
            "SignerName",
            columns.field("spec", "signerName"),
            description="signerName indicates the requested signer, and is a qualified name.",
        ),
        Column(
            "Requestor",
            columns.field("spec", "username"),
            description="username contains the name of the user that created the CertificateSigningRequest.",
        ),
        Column(
            "RequestedDuration",
            _duration,
            description="expirationSeconds is the requested duration of validity of the issued certificate.",
        ),
        Column(
            "Condition",
            _state,
            description='conditions applied to the request. Known conditions are "Approved", "Denied", and "Failed".',
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    selectable_fields={"spec.signerName": lambda obj: obj["spec"].get("signerName") or ""},
    subresources=(
        Subresource("approval", prepare=prepare_approval, validate=validate_conditions),
        Subresource("status", prepare=strategy.status_door(), validate=validate_conditions),
    ),
)
