"""ValidatingAdmissionPolicy: rules in CEL that writes must keep to, where a binding says so.

Models: apiserver/pkg/admission/plugin/policy/validating/{dispatcher,validator}.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import cel
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission import policies, policy_variables
from cluster.apiserver.admission.request import AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
FAILURE = "validation.policy.admission.k8s.io/validation_failure"
LONGEST_ANNOTATION = 10 * 1024
Failure = tuple[str, str]
"""(reason, message) of a validation that fails."""


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    """ApiError by the first policy that denies; what is only warned of is told the client."""
    for binding in server.reader.list(BINDING):
        policy = server.reader.get(POLICY, binding["spec"].get("policyName") or "")
        if policy is not None and policies.concerns(server, policy, binding, request):
            for failure in _failures(server, policy, binding, request):
                _act(policy, binding, request, failure)


def _failures(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> Iterator[Failure]:
    """What of a policy does not hold, for each of the parameters that the binding names."""
    try:
        found = policies.params(server, policy, binding, request)
        for params in found:
            yield from _of_params(policy, policy_variables.of(server, request, params), request.annotations)
    except cel.RuleError as error:
        if policy["spec"]["failurePolicy"] == "Fail":
            yield "Invalid", str(error)


def _of_params(policy: Obj, data: dict[str, Any], annotations: dict[str, str]) -> Iterator[Failure]:
    spec = policy["spec"]
    if not policy_variables.conditions_hold(spec.get("matchConditions") or [], data):
        return
    policy_variables.evaluate(spec.get("variables") or (), data)
    annotate(policy, data, annotations)
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


def annotate(policy: Obj, data: dict[str, Any], annotations: dict[str, str]) -> None:
    """Tell the audit log what the policy wants told. RuleError."""
    for each in policy["spec"].get("auditAnnotations") or ():
        value = cel.asked(each["valueExpression"], data, cel.ADMISSION)
        if isinstance(value, str) and value:
            key = f"{policy['metadata']['name']}/{each['key']}"
            known = annotations.get(key)
            told = value[:LONGEST_ANNOTATION]
            annotations[key] = told if known in (None, told) else f"{known}, {told}"


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


def _act(policy: Obj, binding: Obj, request: AdmissionRequest, failure: Failure) -> None:
    """Deny or warn, as the binding says. ApiError."""
    reason, message = failure
    names = f"ValidatingAdmissionPolicy '{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
    actions = binding["spec"].get("validationActions") or ()
    if "Audit" in actions:
        found = {"message": message, "policy": policy["metadata"]["name"], "binding": binding["metadata"]["name"]}
        known = orjson.loads(request.annotations.get(FAILURE) or "[]")
        told = [*known, {**found, "validationActions": list(actions)}]
        request.annotations[FAILURE] = orjson.dumps(told).decode()
    if "Warn" in actions:
        request.warnings.append(f"Validation failed for {names}: {message}")
    if "Deny" in actions:
        raise policies.denied(request, f"{names} denied request: {message}", reason)
