"""What expressions of admission policies and match conditions see.

Models: apiserver/pkg/admission/plugin/{policy/validating,cel} v1.37
Simplified: there is no `authorizer`; an expression that names it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster.apimachinery import cel
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import DELETE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


def of(server: ApiServer, request: AdmissionRequest, params: Obj | None = None) -> dict[str, Any]:
    """The values of `cel.ADMISSION`'s names."""
    kind = request.kind
    namespace = server.reader.get("Namespace", request.namespace) if kind.namespaced else None
    return {
        "object": None if request.operation == DELETE else request.obj,
        "oldObject": request.old_obj,
        "request": described(request),
        "params": params,
        "namespaceObject": namespace,
        "variables": {},
    }


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
