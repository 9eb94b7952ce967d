"""ValidatingAdmissionPolicy: rules in CEL that writes must keep to, where a binding says so.

Models: apiserver/pkg/admission/plugin/policy/validating/{dispatcher,validator}.go v1.37
Simplified: audit annotations are not evaluated, and the action Audit does nothing: there is no audit log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import cel, labels, status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apiserver.admission import matching, policy_variables
from cluster.apiserver.admission.request import AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413, "Invalid": 422}
Failure = tuple[str, str]
"""(reason, message) of a validation that fails."""


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    """ApiError by the first policy that denies; what is only warned of is told the client."""
    for binding in server.reader.list(BINDING):
        policy = server.reader.get(POLICY, binding["spec"].get("policyName") or "")
        if policy is not None and _concerns(server, policy, binding, request):
            for failure in _failures(server, policy, binding, request):
                _act(policy, binding, request, failure)


def _concerns(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> bool:
    constraints = policy["spec"].get("matchConstraints") or {}
    if not matching.matches(server, constraints, request):
        return False
    narrower = binding["spec"].get("matchResources")
    if not narrower:
        return True
    rules = narrower.get("resourceRules") or constraints.get("resourceRules")
    return matching.matches(server, {**narrower, "resourceRules": rules}, request)


def _failures(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> Iterator[Failure]:
    """What of a policy does not hold, for each of the parameters that the binding names."""
    try:
        found = _params(server, policy, binding, request)
        for params in found:
            yield from _of_params(policy, policy_variables.of(server, request, params))
    except cel.RuleError as error:
        if policy["spec"]["failurePolicy"] == "Fail":
            yield "Invalid", str(error)


def _of_params(policy: Obj, data: dict[str, Any]) -> Iterator[Failure]:
    spec = policy["spec"]
    if not policy_variables.conditions_hold(spec.get("matchConditions") or [], data):
        return
    for each in spec.get("variables") or ():
        data["variables"][each["name"]] = cel.asked(each["expression"], data, cel.ADMISSION)
    for rule in spec.get("validations") or ():
        try:
            held = cel.asked(rule["expression"], data, cel.ADMISSION)
        except cel.RuleError as error:
            text = f"expression '{rule['expression']}' resulted in error: {error}"
            if spec["failurePolicy"] == "Fail":
                yield "Invalid", text
            continue
        if held is not True:
            yield rule.get("reason") or "Invalid", _message(rule, data)


def _message(rule: Obj, data: dict[str, Any]) -> str:
    if expression := rule.get("messageExpression"):
        try:
            text = cel.asked(expression, data, cel.ADMISSION)
        except cel.RuleError:
            text = None
        if isinstance(text, str) and text.strip() and "\n" not in text:
            return text.strip()
    own = (rule.get("message") or "").strip()
    return own or f"failed expression: {rule['expression'].strip()}"


def _params(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> list[Obj | None]:
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


def _act(policy: Obj, binding: Obj, request: AdmissionRequest, failure: Failure) -> None:
    """Deny or warn, as the binding says. ApiError."""
    reason, message = failure
    names = f"ValidatingAdmissionPolicy '{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
    actions = binding["spec"].get("validationActions") or ()
    if "Warn" in actions:
        request.warnings.append(f"Validation failed for {names}: {message}")
    if "Deny" in actions:
        raise denied(request, f"{names} denied request: {message}", reason)


def denied(request: AdmissionRequest, text: str, reason: str = "Forbidden") -> ApiError:
    """What admission refuses, in the code of its reason, with the text as its cause."""
    error = status.forbidden(request.kind.plural, request.name, text, request.kind.group)
    error.status |= {"reason": reason, "code": CODES.get(reason, 422)}
    if reason != "Forbidden":
        error.status.setdefault("details", {})["causes"] = [{"message": text}]
    return error
