"""Questions that are answered and never stored: who am I, may I, is this token good.

Models: pkg/registry/{authentication,authorization}/* v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import answer as answers
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.call import Call
from cluster.wire.message import Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


def answer(server: ApiServer, call: Call, obj: Obj) -> Response:
    """201 with the review and its status."""
    assert call.user is not None
    kind = call.resource.kind
    if kind == "SelfSubjectReview":
        obj["status"] = {"userInfo": call.user.as_user_info()}
    elif kind == "TokenReview":
        obj["status"] = _token(server, obj)
    elif kind == "SelfSubjectRulesReview":
        namespace = (obj.get("spec") or {}).get("namespace", "")
        resource_rules, other_rules = server.authorizer.rules_of(call.user, namespace)
        obj["status"] = {"resourceRules": resource_rules, "nonResourceRules": other_rules, "incomplete": False}
    else:
        spec = obj.get("spec") or {}
        user = call.user if kind == "SelfSubjectAccessReview" else _subject(spec)
        reason = server.authorizer.allows(user, _attributes(spec))
        obj["status"] = {"allowed": reason is not None}
        if reason:
            obj["status"]["reason"] = reason
    return answers.respond(call, Payload(object=obj), 201)


def _token(server: ApiServer, obj: Obj) -> Obj:
    token = (obj.get("spec") or {}).get("token", "")
    try:
        user = server.authenticator.authenticate(Request("GET", "/", headers={"authorization": f"Bearer {token}"}))
    except status.ApiError:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": user.as_user_info()}


def _subject(spec: Obj) -> User:
    if not spec.get("user") and not spec.get("groups"):
        fault = status.FieldError(
            "FieldValueInvalid", "spec.user", 'Invalid value: "": at least one of user or group must be specified'
        )
        raise status.invalid("SubjectAccessReview", "", [fault], "authorization.k8s.io")
    return User(spec.get("user", ""), spec.get("uid", ""), tuple(spec.get("groups") or ()))


def _attributes(spec: Obj) -> Attributes:
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None:
        return Attributes(
            resource.get("verb", ""),
            resource.get("group", ""),
            resource.get("version", ""),
            resource.get("resource", ""),
            resource.get("subresource", ""),
            resource.get("namespace", ""),
            resource.get("name", ""),
        )
    if other is not None:
        return Attributes(other.get("verb", ""), path=other.get("path", ""))
    message = "Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be specified"
    fault = status.FieldError("FieldValueInvalid", "spec.resourceAttributes", message)
    raise status.invalid("SelfSubjectAccessReview", "", [fault], "authorization.k8s.io")
