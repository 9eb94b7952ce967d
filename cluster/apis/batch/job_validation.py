"""What a Job's spec must satisfy, in a Job and in a CronJob's template.

Models: pkg/apis/batch/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.core import pod_spec

NON_INDEXED, INDEXED = "NonIndexed", "Indexed"
COUNTS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip
IMMUTABLE = (
    "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy",
)  # fmt: skip
MOST_INDEXED, MOST_RULES, MOST_CODES, MOST_PATTERNS, MOST_SUCCESS_RULES = 100_000, 20, 255, 20, 20
ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
OPERATORS = ("In", "NotIn")


def spec(found: Obj, at: str) -> list[FieldError]:
    """The faults of a spec without its selector: of a CronJob's template too."""
    faults: list[FieldError] = []
    for name in COUNTS:
        faults += validation.not_negative(f"{at}.{name}", found.get(name))
    faults += _mode(found, at)
    template = found.get("template") or {}
    faults += pod_spec.template(template, f"{at}.template")
    policy, where = (template.get("spec") or {}).get("restartPolicy"), f"{at}.template.spec.restartPolicy"
    if policy == "Always" or not policy:
        faults.append(validation.required(where, 'valid values: "OnFailure", "Never"'))
    elif policy not in ("OnFailure", "Never"):
        faults.append(validation.not_supported(where, policy, ("OnFailure", "Never")))
    elif found.get("podFailurePolicy") is not None and policy != "Never":
        text = 'only "Never" is supported when podFailurePolicy is specified'
        faults.append(validation.invalid(where, policy, text))
    if (failure := found.get("podFailurePolicy")) is not None:
        faults += _failure_policy(found, failure, f"{at}.podFailurePolicy")
    if (success := found.get("successPolicy")) is not None:
        faults += _success_policy(found, success, f"{at}.successPolicy")
    return faults + _replacement(found, at)


def with_selector(found: Obj, at: str) -> list[FieldError]:
    """The faults of a Job's own spec: its selector must mean its pods."""
    faults = spec(found, at)
    selector = found.get("selector")
    if selector is None:
        return [validation.required(f"{at}.selector"), *faults]
    faults += validation.label_selector(f"{at}.selector", selector)
    carried = ((found.get("template") or {}).get("metadata") or {}).get("labels") or {}
    try:
        matches = labels.from_label_selector(selector).matches(carried)
    except ValueError:
        return faults
    if not matches:
        text = "`selector` does not match template `labels`"
        faults.append(validation.invalid(f"{at}.template.metadata.labels", carried or None, text))
    return faults


def update(new: Obj, old: Obj, started: bool, at: str) -> list[FieldError]:
    """What of a spec has changed that may not. Models: ValidateJobSpecUpdate"""
    faults: list[FieldError] = []
    elastic = new.get("completionMode") == INDEXED and new.get("completions") == new.get("parallelism")
    if not elastic:
        faults += validation.immutable(f"{at}.completions", new.get("completions"), old.get("completions"))
    for name in IMMUTABLE:
        faults += validation.immutable(f"{at}.{name}", new.get(name), old.get(name))
    held = old.get("suspend") and not started
    templates = [_fixed(each.get("template") or {}) if held else each.get("template") for each in (new, old)]
    return faults + validation.immutable(f"{at}.template", templates[0], templates[1])


def _fixed(template: Obj) -> Obj:
    """A template without what may change while its Job has not begun: where its pods go, and what they ask for."""
    found = template.get("spec") or {}
    free = ("nodeSelector", "tolerations", "affinity", "schedulingGates", "containers", "initContainers")
    parts = {name: value for name, value in found.items() if name not in free}
    for name in ("containers", "initContainers"):
        parts[name] = [
            {key: value for key, value in each.items() if key != "resources"} for each in found.get(name) or ()
        ]
    return {"spec": parts}


def _mode(found: Obj, at: str) -> list[FieldError]:
    mode = found.get("completionMode")
    faults: list[FieldError] = []
    if mode is not None and mode not in (NON_INDEXED, INDEXED):
        faults.append(validation.not_supported(f"{at}.completionMode", mode, (NON_INDEXED, INDEXED)))
    if mode == INDEXED:
        if found.get("completions") is None:
            text = f"when completion mode is {INDEXED}"
            faults.append(validation.required(f"{at}.completions", text))
        if (parallelism := found.get("parallelism") or 0) > MOST_INDEXED:
            text = f"must be less than or equal to {MOST_INDEXED} when completion mode is {INDEXED}"
            faults.append(validation.invalid(f"{at}.parallelism", parallelism, text))
    per_index, most = found.get("backoffLimitPerIndex"), found.get("maxFailedIndexes")
    if per_index is not None and mode != INDEXED:
        faults.append(validation.invalid(f"{at}.backoffLimitPerIndex", per_index, "requires indexed completion mode"))
    if most is not None:
        completions = found.get("completions")
        if completions is not None and most > completions:
            text = "must be less than or equal to completions"
            faults.append(validation.invalid(f"{at}.maxFailedIndexes", most, text))
        if per_index is None:
            text = "when maxFailedIndexes is specified"
            faults.append(validation.required(f"{at}.backoffLimitPerIndex", text))
    return faults


def _failure_policy(found: Obj, policy: Obj, at: str) -> list[FieldError]:
    names = {
        each.get("name")
        for kind in ("containers", "initContainers")
        for each in ((found.get("template") or {}).get("spec") or {}).get(kind) or ()
    }
    rules = policy.get("rules") or []
    faults = [validation.too_many(f"{at}.rules", len(rules), MOST_RULES)] if len(rules) > MOST_RULES else []
    for index, rule in enumerate(rules):
        faults += _failure_rule(found, rule, names, f"{at}.rules[{index}]")
    return faults


def _failure_rule(found: Obj, rule: Obj, names: set[str | None], at: str) -> list[FieldError]:
    faults = validation.one_of(f"{at}.action", rule.get("action"), ACTIONS)
    if rule.get("action") == "FailIndex" and found.get("backoffLimitPerIndex") is None:
        text = "requires the backoffLimitPerIndex to be set"
        faults.append(validation.invalid(f"{at}.action", rule["action"], text))
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes and conditions:
        text = "specifying both OnExitCodes and OnPodConditions is not supported"
        faults.append(validation.invalid(at, rule, text))
    elif not codes and not conditions:
        text = "specifying one of OnExitCodes and OnPodConditions is required"
        faults.append(validation.invalid(at, rule, text))
    if codes:
        faults += _exit_codes(codes, names, f"{at}.onExitCodes")
    for index, each in enumerate(conditions):
        where = f"{at}.onPodConditions[{index}]"
        if not each.get("type"):
            faults.append(validation.required(f"{where}.type"))
        faults += validation.one_of(f"{where}.status", each.get("status"), ("False", "True", "Unknown"))
    return faults


def _exit_codes(codes: Obj, names: set[str | None], at: str) -> list[FieldError]:
    values, operator = codes.get("values") or [], codes.get("operator")
    faults = validation.one_of(f"{at}.operator", operator, OPERATORS)
    if (name := codes.get("containerName")) is not None and name not in names:
        text = "must be one of the container or initContainer names in the pod template"
        faults.append(validation.invalid(f"{at}.containerName", name, text))
    if not values:
        faults.append(validation.invalid(f"{at}.values", values, "at least one value is required"))
    elif len(values) > MOST_CODES:
        faults.append(validation.too_many(f"{at}.values", len(values), MOST_CODES))
    for index, value in enumerate(values):
        where = f"{at}.values[{index}]"
        if operator == "In" and value == 0:
            faults.append(validation.invalid(where, value, "must not be 0 for the In operator"))
        if value in values[:index]:
            faults.append(validation.duplicate(where, value))
        elif index and value < values[index - 1]:
            faults.append(validation.invalid(f"{at}.values", values, "must be ordered"))
    return faults


def _success_policy(found: Obj, policy: Obj, at: str) -> list[FieldError]:
    rules = policy.get("rules") or []
    faults: list[FieldError] = []
    if found.get("completionMode") != INDEXED:
        faults.append(validation.invalid(at, policy, f"requires {INDEXED.lower()} completion mode"))
    if not rules:
        faults.append(
            validation.required(
                f"{at}.rules", "at least one rules must be specified when the successPolicy is specified"
            )
        )
    elif len(rules) > MOST_SUCCESS_RULES:
        faults.append(validation.too_many(f"{at}.rules", len(rules), MOST_SUCCESS_RULES))
    for index, rule in enumerate(rules):
        if rule.get("succeededCount") is None and rule.get("succeededIndexes") is None:
            text = "at least one of succeededCount or succeededIndexes must be specified"
            faults.append(validation.required(f"{at}.rules[{index}]", text))
        elif (count := rule.get("succeededCount")) is not None and count > (found.get("completions") or 0):
            text = f"must be less than or equal to {found.get('completions')} (the number of specified completions)"
            faults.append(validation.invalid(f"{at}.rules[{index}].succeededCount", count, text))
    return faults


def _replacement(found: Obj, at: str) -> list[FieldError]:
    policy, where = found.get("podReplacementPolicy"), f"{at}.podReplacementPolicy"
    if policy is None:
        return []
    if found.get("podFailurePolicy") is not None:
        return [] if policy == "Failed" else [validation.not_supported(where, policy, ("Failed",))]
    return validation.one_of(where, policy, ("Failed", "TerminatingOrFailed"))
