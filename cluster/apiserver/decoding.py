"""From a body to an object of its kind: versions checked, fields checked, unknown ones told of.

Models: apiserver/pkg/endpoints/handlers/create.go, fieldValidation v1.37
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.apimachinery import reader, schema, status
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind
from cluster.apiserver import faces
from cluster.apiserver.call import Call

IGNORE, WARN, STRICT = "Ignore", "Warn", "Strict"
DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
BINDING, EVICTION = "io.k8s.api.core.v1.Binding", "io.k8s.api.policy.v1.Eviction"
SCALE = "io.k8s.api.autoscaling.v1.Scale"
TOKEN_REQUEST = "io.k8s.api.authentication.v1.TokenRequest"
PARTS = (DELETE_OPTIONS, BINDING, EVICTION, SCALE, TOKEN_REQUEST)
"""What is read but never stored: compiled with the kinds, so that no request waits for it."""


def field_validation(call: Call) -> str:
    wanted = call.query.get("fieldValidation") or WARN
    if wanted not in (IGNORE, WARN, STRICT):
        message = f'Unsupported value: "{wanted}": supported values: "Ignore", "Strict", "Warn"'
        fault = status.FieldError("FieldValueNotSupported", "fieldValidation", message)
        raise status.invalid("CreateOptions", "", [fault], "meta.k8s.io")
    return wanted


Refuse = Callable[[schema.TypeMismatch | str], status.ApiError]
"""What a fault of the body is answered with: a mismatch of types, or the sentence about unknown fields."""


def decode(call: Call, body: Any, kind: Kind, refuse: Refuse | None = None, known: Obj | None = None) -> Obj:
    """A copy of the body as an object of `kind`, in its stored form; this server's own, to be changed at will.

    `known` is the object as it is stored, and was read then: what its door will put back anyway (the spec through the
    status door, the status through the main one) stays shared when the body holds the very same, and is not read again.
    ApiError 400.
    """
    if not isinstance(body, dict):
        raise status.bad_request("couldn't get version/kind; json parse error: the body is not a JSON object")
    api_version, name = body.get("apiVersion") or kind.api_version, body.get("kind") or kind.kind
    if (api_version, name) != (kind.api_version, kind.kind):
        expected = f"does not match the expected API version ({kind.api_version})"
        if api_version != kind.api_version:
            raise status.bad_request(f"the API version in the data ({api_version}) {expected}")
        raise unhandled(kind, f'no kind "{name}" is registered', name)
    refuse = refuse or (lambda fault: unhandled(kind, str(fault)))
    body = _without_managers(call, body)
    unknown: list[str] = []
    try:
        obj: Obj = _decoded(call, body, kind, unknown, known)
    except schema.TypeMismatch as error:
        raise refuse(error) from error
    if unknown:
        _tell(call, unknown, refuse)
    obj["apiVersion"], obj["kind"] = kind.api_version, kind.kind
    obj.setdefault("metadata", {})
    return faces.kept(kind, obj)


def _decoded(call: Call, body: Obj, kind: Kind, unknown: list[str], known: Obj | None) -> Obj:
    if kind.structural is not None:
        return kind.structural.decode(body, unknown)
    shared, type = "spec" if call.subresource == "status" else "status", kind.type
    if known is None or shared not in body or body[shared] is not known.get(shared):
        return _read(body, type, unknown)
    read = _read({name: each for name, each in body.items() if name != shared}, type, unknown)
    return {name: body[name] if name == shared else read[name] for name in body if name == shared or name in read}


def _read(body: Any, type: schema.Type, unknown: list[str]) -> Obj:
    try:
        return reader.read(body, type)  # type: ignore[no-any-return]  # of an object's type, a dict
    except reader.Odd:
        return schema.decode(body, type, unknown)  # type: ignore[no-any-return]  # of a dict, a dict


def _without_managers(call: Call, body: Obj) -> Obj:
    """The body less its managedFields, which are the server's own; what was sent is kept aside (`managed_fields`)."""
    metadata = body.get("metadata")
    call.managers = None
    if not isinstance(metadata, dict) or "managedFields" not in metadata:
        return body
    call.managers = metadata["managedFields"]
    return {**body, "metadata": {name: value for name, value in metadata.items() if name != "managedFields"}}


def part(body: Any, schema_name: str) -> Obj:
    """A body that is not of the call's kind (DeleteOptions, a Binding), read by its type. ApiError 400."""
    try:
        found = _read(body, schema.type_of(schema_name), [])
    except schema.TypeMismatch as error:
        name = schema_name.rpartition(".")[2]
        raise status.bad_request(f'{name} in version "v1" cannot be handled as a {name}: {error}') from error
    return found


def unhandled(kind: Kind, why: str, sent: str = "") -> status.ApiError:
    return status.bad_request(
        f'{sent or kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}'
    )


def _tell(call: Call, unknown: list[str], refuse: Refuse) -> None:
    wanted = field_validation(call)
    texts = [f'unknown field "{path}"' for path in unknown]
    if wanted == STRICT:
        raise refuse("strict decoding error: " + ", ".join(texts))
    if wanted == WARN:
        call.warnings += texts
