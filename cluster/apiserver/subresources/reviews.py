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
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


def answer(server: ApiServer, call: Call, obj: Obj) -> Response:
    """201 with the review and its status."""
    assert call.user is not None
    kind = call.resource
    metadata = obj["metadata"]
    if kind.namespaced:
        metadata.setdefault("namespace", call.namespace)
    kind.default(obj)
    if faults := kind.validate(obj, None):
        raise status.invalid(kind.kind, "", list(faults), kind.group)
    obj["status"] = STATUSES.get(kind.kind, _access)(server, call, obj)
    return answers.respond(call, Payload(object=obj), 201)


def _who(server: ApiServer, call: Call, obj: Obj) -> Obj:
    assert call.user is not None
    return {"userInfo": call.user.as_user_info()}


def _token(server: ApiServer, call: Call, obj: Obj) -> Obj:
    spec = obj["spec"]
    if not spec.get("token"):
        raise status.bad_request("token is required for TokenReview in authentication")
    try:
        user, audiences = server.authenticator.review(spec["token"], spec.get("audiences") or ())
    except status.ApiError:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": user.as_user_info(), "audiences": audiences}


def _rules(server: ApiServer, call: Call, obj: Obj) -> Obj:
    assert call.user is not None
    namespace = obj["spec"].get("namespace")
    if not namespace:
        raise status.bad_request("no namespace on request")
    resource_rules, other_rules = server.authorizer.rules_of(call.user, namespace)
    return {"resourceRules": resource_rules, "nonResourceRules": other_rules, "incomplete": False}


def _access(server: ApiServer, call: Call, obj: Obj) -> Obj:
    assert call.user is not None
    spec = obj["spec"]
    user = call.user if call.resource.kind == "SelfSubjectAccessReview" else _subject(spec)
    reason = server.authorizer.allows(user, _attributes(spec))
    return {"allowed": reason is not None, **({"reason": reason} if reason else {})}


STATUSES = {"SelfSubjectReview": _who, "TokenReview": _token, "SelfSubjectRulesReview": _rules}


def _subject(spec: Obj) -> User:
    extra = tuple(sorted((key.lower(), tuple(values)) for key, values in (spec.get("extra") or {}).items()))
    return User(spec.get("user", ""), spec.get("uid", ""), tuple(spec.get("groups") or ()), extra)


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
    return Attributes((other or {}).get("verb", ""), path=(other or {}).get("path", ""))
