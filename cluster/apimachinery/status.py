"""Status: the object every refused request is answered with, and the exception that carries it.

Each constructor words its message as upstream does.
Models: apimachinery/pkg/api/errors/errors.go v1.37.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cluster.apimachinery.meta import Obj


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of validation. `type` is upstream's cause ("FieldValueInvalid"), `detail` the sentence after the field.

    Models: apimachinery/pkg/util/validation/field/errors.go
    """

    type: str
    field: str
    detail: str


class ApiError(Exception):
    """A request was refused; `status` is the Status object to answer with."""

    def __init__(self, status: Obj) -> None:
        super().__init__(status.get("message", ""))
        self.status = status

    @property
    def code(self) -> int:
        return int(self.status.get("code") or 500)

    @property
    def reason(self) -> str:
        return str(self.status.get("reason") or "")

    @property
    def message(self) -> str:
        return str(self.status.get("message") or "")


def failure(code: int, reason: str, message: str, details: Obj | None = None) -> ApiError:
    status: Obj = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
    }
    if details is not None:
        status["details"] = details
    status["code"] = code
    return ApiError(status)


def _qualified(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


def _details(name: str, group: str, kind: str, **more: Any) -> Obj:
    details: Obj = {}
    if name:
        details["name"] = name
    if group:
        details["group"] = group
    if kind:
        details["kind"] = kind
    details.update(more)
    return details


def not_found(resource: str, name: str, group: str = "") -> ApiError:
    message = f'{_qualified(resource, group)} "{name}" not found'
    return failure(404, "NotFound", message, _details(name, group, resource))


def already_exists(resource: str, name: str, group: str = "") -> ApiError:
    message = f'{_qualified(resource, group)} "{name}" already exists'
    return failure(409, "AlreadyExists", message, _details(name, group, resource))


def conflict(resource: str, name: str, why: str, group: str = "") -> ApiError:
    message = f'Operation cannot be fulfilled on {_qualified(resource, group)} "{name}": {why}'
    return failure(409, "Conflict", message, _details(name, group, resource))


MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


def forbidden(resource: str, name: str, why: str, group: str = "") -> ApiError:
    qualified = _qualified(resource, group)
    if not resource:
        message = f"forbidden: {why}"
    elif name:
        message = f'{qualified} "{name}" is forbidden: {why}'
    else:
        message = f"{qualified} is forbidden: {why}"
    return failure(403, "Forbidden", message, _details(name, group, resource))


def invalid(kind: str, name: str, errors: Sequence[FieldError], group: str = "") -> ApiError:
    """422 with one cause per fault. `kind` is the kind ("Pod"), not the resource."""
    sentences = [f"{error.field}: {error.detail}" for error in errors]
    text = sentences[0] if len(sentences) == 1 else "[" + ", ".join(sentences) + "]"
    causes = [{"reason": error.type, "message": error.detail, "field": error.field} for error in errors]
    message = f'{_qualified(kind, group)} "{name}" is invalid: {text}'
    return failure(422, "Invalid", message, _details(name, group, kind, causes=causes))


def bad_request(message: str) -> ApiError:
    return failure(400, "BadRequest", message)


def unauthorized() -> ApiError:
    return failure(401, "Unauthorized", "Unauthorized")


def method_not_allowed(resource: str, verb: str, group: str = "") -> ApiError:
    message = "the server does not allow this method on the requested resource"
    return failure(405, "MethodNotAllowed", message, {})


def unknown_path() -> ApiError:
    return failure(404, "NotFound", "the server could not find the requested resource", {})


def unknown_resource(method: str, resource: str, name: str = "") -> ApiError:
    """As a client words the bare 404 with which upstream answers for a resource that nobody serves."""
    words = " ".join(word for word in (method.lower(), resource, name) if word)
    return failure(404, "NotFound", f"the server could not find the requested resource ({words})", {})


def unsupported_media_type(message: str) -> ApiError:
    return failure(415, "UnsupportedMediaType", message)


def not_acceptable(message: str) -> ApiError:
    return failure(406, "NotAcceptable", message)


def too_large(message: str) -> ApiError:
    return failure(413, "RequestEntityTooLarge", message)


def expired(message: str) -> ApiError:
    """410: the revision asked for is compacted."""
    return failure(410, "Expired", message)


def timeout(message: str, retry_after_seconds: int = 0) -> ApiError:
    details = {"retryAfterSeconds": retry_after_seconds} if retry_after_seconds else {}
    return failure(504, "Timeout", f"Timeout: {message}", details)


def too_large_version(wanted: int, current: int) -> ApiError:
    """504: the version asked for is not there yet. Models: apiserver/pkg/storage/errors.go"""
    error = timeout(f"Too large resource version: {wanted}, current: {current}", 1)
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    error.status["details"]["causes"] = [cause]
    return error


def too_many_requests(message: str, retry_after_seconds: int = 1) -> ApiError:
    return failure(429, "TooManyRequests", message, {"retryAfterSeconds": retry_after_seconds})


def internal(message: str) -> ApiError:
    details = {"causes": [{"message": message}]}
    return failure(500, "InternalError", f"Internal error occurred: {message}", details)
