"""What validating and mutating admission policies share: whom they concern, their parameters, how they refuse.

Models: apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import cel, labels, status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apiserver.admission import matching
from cluster.apiserver.admission.request import AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413, "Invalid": 422}


def concerns(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> bool:
    constraints = policy["spec"].get("matchConstraints") or {}
    if not matching.matches(server, constraints, request):
        return False
    narrower = binding["spec"].get("matchResources")
    if not narrower:
        return True
    rules = narrower.get("resourceRules") or constraints.get("resourceRules")
    return matching.matches(server, {**narrower, "resourceRules": rules}, request)


def params(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> list[Obj | None]:
    """The parameters, each judged by itself; one None for a policy without any. RuleError when they must be there."""
    wanted, reference = policy["spec"].get("paramKind"), binding["spec"].get("paramRef")
    if not wanted or not reference:
        return [None]
    kind = server.registry.of_object(wanted.get("apiVersion", ""), wanted.get("kind", ""))
    found: list[Obj | None] = []
    if kind is not None:
        namespace = (reference.get("namespace") or request.namespace) if kind.namespaced else ""
        items = server.cache.of(kind).items
        if name := reference.get("name"):
            item = items.get(kind.key(namespace, name))
            found = [item.object] if item is not None else []
        else:
            chosen = labels.from_label_selector(reference.get("selector"))
            of_place = (each.object for key, each in items.items() if key.startswith(kind.key(namespace)))
            found = [each for each in of_place if chosen.matches(each["metadata"].get("labels") or {})]
    if not found and reference.get("parameterNotFoundAction") == "Deny":
        raise cel.RuleError("no params found for policy binding with `Deny` parameterNotFoundAction")
    return found


def denied(request: AdmissionRequest, text: str, reason: str = "Forbidden") -> ApiError:
    """What admission refuses, in the code of its reason, with the text as its cause."""
    error = status.forbidden(request.kind.plural, request.name, text, request.kind.group)
    error.status |= {"reason": reason, "code": CODES.get(reason, 422)}
    if reason != "Forbidden":
        error.status.setdefault("details", {})["causes"] = [{"message": text}]
    return error
