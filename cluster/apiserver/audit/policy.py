"""An audit policy: the first rule that a request fits says how much of it is told, and at which stages.

Models: apiserver/pkg/audit/policy/{reader,checker}.go, pkg/apis/audit/validation v1.37
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.apiserver.authn.user import User
from cluster.apiserver.call import Call

NONE, METADATA, REQUEST, REQUEST_RESPONSE = LEVELS = ("None", "Metadata", "Request", "RequestResponse")
RECEIVED, STARTED, COMPLETE, PANIC = STAGES = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")
API_VERSION = "audit.k8s.io/v1"


class BadPolicy(ValueError):
    """A policy that cannot be kept to; why."""


def read(text: str) -> Obj:
    """The policy in a YAML file. BadPolicy."""
    import yaml

    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadPolicy(f"failed decoding: {error}") from error
    if not isinstance(found, dict) or (found.get("apiVersion"), found.get("kind")) != (API_VERSION, "Policy"):
        raise BadPolicy(f"an audit policy is of apiVersion {API_VERSION} and kind Policy")
    rules = found.get("rules")
    if not isinstance(rules, list) or not rules:
        raise BadPolicy("loaded illegal policy with 0 rules")
    for index, rule in enumerate(rules):
        _judge(rule, f"rules[{index}]")
    _stages(found.get("omitStages"), "omitStages")
    return found


def _judge(rule: Any, at: str) -> None:
    if not isinstance(rule, dict) or rule.get("level") not in LEVELS:
        raise BadPolicy(f"{at}.level: must be one of {', '.join(LEVELS)}")
    _stages(rule.get("omitStages"), f"{at}.omitStages")
    if rule.get("nonResourceURLs") and (rule.get("resources") or rule.get("namespaces")):
        raise BadPolicy(f"{at}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs")
    for field in ("users", "userGroups", "verbs", "namespaces", "nonResourceURLs", "resources"):
        if not isinstance(rule.get(field) or [], list):
            raise BadPolicy(f"{at}.{field}: must be a list")
    for each in rule.get("resources") or ():
        if not isinstance(each, dict) or (each.get("resourceNames") and not each.get("resources")):
            raise BadPolicy(f"{at}.resources: using resourceNames requires at least one resource")


def _stages(stages: Any, at: str) -> None:
    if not isinstance(stages or [], list) or any(each not in STAGES for each in stages or ()):
        raise BadPolicy(f"{at}: must be of {', '.join(STAGES)}")


def rule_for(policy: Obj, call: Call, user: User | None) -> Mapping[str, Any]:
    """The rule that a request fits; one of level None when there is none."""
    for rule in policy["rules"]:
        if _fits(rule, call, user):
            return {**rule, "omitStages": {*(policy.get("omitStages") or ()), *(rule.get("omitStages") or ())}}
    return {"level": NONE}


def _fits(rule: Obj, call: Call, user: User | None) -> bool:
    if rule.get("users") and (user is None or user.name not in rule["users"]):
        return False
    if rule.get("userGroups") and (user is None or not set(user.groups) & set(rule["userGroups"])):
        return False
    if rule.get("verbs") and call.verb not in rule["verbs"]:
        return False
    if rule.get("namespaces") or rule.get("resources"):
        return call.kind is not None and _is_resource(rule, call)
    if rule.get("nonResourceURLs"):
        return call.kind is None and any(_is_path(each, call.path) for each in rule["nonResourceURLs"])
    return True


def _is_resource(rule: Obj, call: Call) -> bool:
    if rule.get("namespaces") and call.namespace not in rule["namespaces"]:
        return False
    if not rule.get("resources"):
        return True
    plural, part = call.resource.plural, call.subresource
    combined = f"{plural}/{part}" if part else plural
    for each in rule["resources"]:
        if (each.get("group") or "") != call.group:
            continue
        names = each.get("resources") or ()
        known = {combined, "*", f"*/{part}" if part else "*", f"{plural}/*"} if part else {plural, "*", f"{plural}/*"}
        if (not names or known & set(names)) and (not each.get("resourceNames") or call.name in each["resourceNames"]):
            return True
    return False


def _is_path(pattern: str, path: str) -> bool:
    return pattern in ("*", path) or (pattern.endswith("*") and path.startswith(pattern[:-1]))
