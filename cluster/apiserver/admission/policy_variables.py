"""What expressions of admission policies and match conditions see.

Models: apiserver/pkg/admission/plugin/{policy/validating,cel} v1.37
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import cel
from cluster.apimachinery.cel_library import authorizers
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import DELETE, AdmissionRequest
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz.attributes import Attributes

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


def of(server: ApiServer, request: AdmissionRequest, params: Obj | None = None) -> dict[str, Any]:
    """The values of `cel.ADMISSION`'s names. Until the next call, `authorizer` speaks of this request's user."""
    kind = request.kind
    authorizers.CHECK.set(partial(_check, server, request))
    namespace = server.reader.get("Namespace", request.namespace) if kind.namespaced else None
    return {
        "object": None if request.operation == DELETE else request.obj,
        "oldObject": request.old_obj,
        "request": described(request),
        "params": params,
        "namespaceObject": namespace,
        "variables": {},
        "authorizer": {"requestResource": asked_of(request)},
    }


def asked_of(request: AdmissionRequest) -> Obj:
    """What the request is for, as `authorizer.requestResource` begins with it."""
    kind = request.kind
    found = {"group": kind.group, "resource": kind.plural, "subresource": request.subresource}
    return {**found, "namespace": request.namespace if kind.namespaced else "", "name": request.name}


def _check(server: ApiServer, request: AdmissionRequest, wanted: Obj, verb: str) -> str | None:
    """Why the user, or the service account named, may; None when not."""
    user = request.user
    if account := wanted.get("serviceAccount"):
        namespace = account.partition(":")[0]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
        user = User(f"system:serviceaccount:{account}", groups=groups)
    if "path" in wanted:
        return server.authorizer.allows(user, Attributes(verb, path=wanted["path"]))
    part = [wanted.get(name, "") for name in ("resource", "subresource", "namespace", "name")]
    return server.authorizer.allows(user, Attributes(verb, wanted.get("group", ""), "*", *part))


def described(request: AdmissionRequest) -> Obj:
    """The request without its objects, as an AdmissionReview tells of it too."""
    kind = request.kind
    named = {"group": kind.group, "version": kind.version}
    found: Obj = {
        "kind": {**named, "kind": kind.kind},
        "resource": {**named, "resource": kind.plural},
        "requestKind": {**named, "kind": kind.kind},
        "requestResource": {**named, "resource": kind.plural},
        "name": request.name,
        "operation": request.operation,
        "userInfo": request.user.as_user_info(),
        "dryRun": request.dry_run,
    }
    if kind.namespaced:
        found["namespace"] = request.namespace
    if request.subresource:
        found["subResource"] = found["requestSubResource"] = request.subresource
    return found


def conditions_hold(conditions: list[Obj], data: dict[str, Any]) -> bool:
    """Do all match conditions hold? One that does not settles it; else RuleError when one cannot be told."""
    failure: cel.RuleError | None = None
    for each in conditions:
        try:
            if cel.asked(each["expression"], data, cel.ADMISSION) is False:
                return False
        except cel.RuleError as error:
            failure = error
    if failure is not None:
        raise failure
    return True


def evaluate(variables: Iterable[Obj], data: dict[str, Any]) -> None:
    """Put a policy's variables where expressions find them, in order. RuleError."""
    for each in variables:
        data["variables"][each["name"]] = cel.asked(each["expression"], data, cel.ADMISSION)
