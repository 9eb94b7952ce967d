"""What a pod says about where it may run: tolerations, affinity, spread, gates. Node taints too.

Models: pkg/apis/core/validation/validation.go ValidateTolerations, validateAffinity and their kin v1.37
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from cluster.apimachinery import labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
INCLUSION = ("Honor", "Ignore")
MATCH_ALL = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
_decimal = re.compile("0|-?[1-9][0-9]*")


def tolerations(found: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, toleration in enumerate(found):
        where = f"{at}[{index}]"
        key, operator, effect = toleration.get("key"), toleration.get("operator") or "", toleration.get("effect") or ""
        if key:
            faults += validation.each(f"{where}.key", key, names.qualified_name(key))
        elif operator != "Exists":
            faults.append(validation.invalid(f"{where}.operator", operator, MATCH_ALL))
        if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
            text = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            faults.append(validation.invalid(f"{where}.effect", effect, text))
        faults += _tolerated_value(operator, toleration.get("value") or "", where)
        if effect and effect not in EFFECTS:
            faults.append(validation.not_supported(f"{where}.effect", effect, EFFECTS))
    return faults


def _tolerated_value(operator: str, value: str, at: str) -> list[FieldError]:
    if operator in ("Equal", ""):
        messages = labels.validate_value(value)
        return [validation.invalid(f"{at}.operator", value, ";".join(messages))] if messages else []
    if operator == "Exists":
        text = "value must be empty when `operator` is 'Exists'"
        return [validation.invalid(f"{at}.operator", value, text)] if value else []
    if operator in ("Lt", "Gt"):
        if _decimal.fullmatch(value) and -(2**63) <= int(value) < 2**63:
            return []
        return [validation.invalid(f"{at}.value", value, "must be a valid decimal integer in canonical form")]
    return [validation.not_supported(f"{at}.operator", operator, ("Equal", "Exists"))]


def taints(found: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen = set()
    for index, taint in enumerate(found):
        where = f"{at}[{index}]"
        key, value, effect = taint.get("key") or "", taint.get("value") or "", taint.get("effect") or ""
        faults += validation.each(f"{where}.key", key, names.qualified_name(key))
        if messages := labels.validate_value(value):
            faults.append(validation.invalid(f"{where}.value", value, ";".join(messages)))
        faults += validation.one_of(f"{where}.effect", effect, EFFECTS)
        if (key, effect) in seen:
            shown = validation.internal(taint, (("Key", ""), ("Value", ""), ("Effect", ""), ("TimeAdded", None)))
            text = f"Duplicate value: {shown}: taints must be unique by key and effect pair"
            faults.append(FieldError("FieldValueDuplicate", where, text))
        seen.add((key, effect))
    return faults


def gates(found: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen = set()
    for index, gate in enumerate(found):
        name = gate.get("name") or ""
        faults += validation.each(f"{at}[{index}]", name, names.qualified_name(name))
        if name in seen:
            faults.append(validation.duplicate(f"{at}[{index}]", name))
        seen.add(name)
    return faults


# --- affinity -------------------------------------------------------------------------------------------------------


def affinity(found: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    if node := found.get("nodeAffinity"):
        where = f"{at}.nodeAffinity"
        if (selector := node.get(REQUIRED)) is not None:
            faults += _node_selector(selector, f"{where}.{REQUIRED}.nodeSelectorTerms")
        faults += _weighted(node.get(PREFERRED) or (), f"{where}.{PREFERRED}", "preference", _node_term)
    for kind in ("podAffinity", "podAntiAffinity"):
        if pods := found.get(kind):
            for index, term in enumerate(pods.get(REQUIRED) or ()):
                faults += _pod_term(term, f"{at}.{kind}.{REQUIRED}[{index}]")
            faults += _weighted(pods.get(PREFERRED) or (), f"{at}.{kind}.{PREFERRED}", "podAffinityTerm", _pod_term)
    return faults


def _weighted(
    found: Sequence[Obj], at: str, field: str, check: Callable[[Obj, str], list[FieldError]]
) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, term in enumerate(found):
        weight = term.get("weight") or 0
        if not 1 <= weight <= 100:
            faults.append(validation.invalid(f"{at}[{index}].weight", weight, "must be in the range 1-100"))
        faults += check(term.get(field) or {}, f"{at}[{index}].{field}")
    return faults


def _node_selector(selector: Obj, at: str) -> list[FieldError]:
    terms = selector.get("nodeSelectorTerms") or ()
    if not terms:
        return [validation.required(at, "must have at least one node selector term")]
    return [fault for index, term in enumerate(terms) for fault in _node_term(term, f"{at}[{index}]")]


def _node_term(term: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        faults += _node_expression(expression, f"{at}.matchExpressions[{index}]")
    for index, expression in enumerate(term.get("matchFields") or ()):
        faults += _node_field(expression, f"{at}.matchFields[{index}]")
    return faults


def _node_expression(expression: Obj, at: str) -> list[FieldError]:
    operator, values, key = expression.get("operator"), expression.get("values") or (), expression.get("key") or ""
    if operator in ("Gt", "Lt"):
        text = "must be specified single value when `operator` is 'Lt' or 'Gt'"
        faults = [] if len(values) == 1 else [validation.required(f"{at}.values", text)]
    else:
        faults = validation.expression_values(at, operator, values)
    faults += validation.each(f"{at}.key", key, labels.validate_key(key))
    for index, value in enumerate(values):
        faults += validation.each(f"{at}.values[{index}]", value, labels.validate_value(value))
    return faults


def _node_field(expression: Obj, at: str) -> list[FieldError]:
    operator, values, key = (
        expression.get("operator") or "",
        expression.get("values") or (),
        expression.get("key") or "",
    )
    faults: list[FieldError] = []
    if operator not in ("In", "NotIn"):
        faults.append(validation.invalid(f"{at}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        faults.append(validation.required(f"{at}.values", text))
    if key != "metadata.name":
        return [*faults, validation.invalid(f"{at}.key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        faults += validation.each(f"{at}.values[{index}]", value, names.dns1123_subdomain(value))
    return faults


def _pod_term(term: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("labelSelector", "namespaceSelector"):
        if (selector := term.get(field)) is not None:
            faults += validation.label_selector(f"{at}.{field}", selector)
    for name in term.get("namespaces") or ():
        faults += validation.each(f"{at}.namespace", name, names.dns1123_label(name))
    key = term.get("topologyKey") or ""
    if not key:
        faults.append(validation.required(f"{at}.topologyKey", "can not be empty"))
    return faults + validation.each(f"{at}.topologyKey", key, labels.validate_key(key))


# --- spread ---------------------------------------------------------------------------------------------------------


def spread(constraints: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, constraint in enumerate(constraints):
        where = f"{at}[{index}]"
        skew, key, action = (
            constraint.get("maxSkew") or 0,
            constraint.get("topologyKey"),
            constraint.get("whenUnsatisfiable"),
        )
        if skew <= 0:
            faults.append(validation.invalid(f"{where}.maxSkew", skew, validation.NOT_POSITIVE))
        if not key:
            faults.append(validation.required(f"{where}.topologyKey", "can not be empty"))
        if action not in UNSATISFIABLE:
            faults.append(validation.not_supported(f"{where}.whenUnsatisfiable", action or "", UNSATISFIABLE))
        if any(
            (each.get("topologyKey"), each.get("whenUnsatisfiable")) == (key, action)
            for each in constraints[index + 1 :]
        ):
            faults.append(validation.duplicate(f"{where}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        faults += _domains(constraint.get("minDomains"), action, f"{where}.minDomains")
        for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if (wanted := constraint.get(policy)) is not None and wanted not in INCLUSION:
                faults.append(validation.not_supported(f"{where}.{policy}", wanted, INCLUSION))
        if (selector := constraint.get("labelSelector")) is not None:
            faults += validation.label_selector(f"{where}.labelSelector", selector)
    return faults


def _domains(number: int | None, action: Any, at: str) -> list[FieldError]:
    if number is None:
        return []
    faults = [validation.invalid(at, number, validation.NOT_POSITIVE)] if number <= 0 else []
    if action != "DoNotSchedule":
        text = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        faults.append(validation.invalid(at, number, text))
    return faults


def merge_label_keys(spec: Obj, pod_labels: Obj) -> None:
    """`matchLabelKeys` become expressions of the selectors beside them. In place, when a pod is created.

    Models: pkg/registry/core/pod/strategy.go mutatePodAffinity, mutateTopologySpreadConstraints
    """
    for constraint in spec.get("topologySpreadConstraints") or ():
        _merge(constraint, pod_labels)
    for kind in ("podAffinity", "podAntiAffinity"):
        pods = (spec.get("affinity") or {}).get(kind) or {}
        for term in pods.get(REQUIRED) or ():
            _merge(term, pod_labels)
        for weighted in pods.get(PREFERRED) or ():
            _merge(weighted.get("podAffinityTerm") or {}, pod_labels)


def _merge(term: Obj, pod_labels: Obj) -> None:
    selector = term.get("labelSelector")
    if selector is None:
        return
    for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")):
        for key in term.get(field) or ():
            if key in pod_labels:
                expression = {"key": key, "operator": operator, "values": [pod_labels[key]]}
                selector.setdefault("matchExpressions", []).append(expression)
