"""RBAC's rules, pure: does a rule allow a thing, does a set of rules cover another.

Models: plugin/pkg/auth/authorizer/rbac/rbac.go, component-helpers/auth/rbac/validation v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz.attributes import Attributes

ALL = "*"


def allows(rule: Obj, asked: Attributes) -> bool:
    verbs = rule.get("verbs") or ()
    if asked.verb not in verbs and ALL not in verbs:
        return False
    if asked.path:
        return any(_path_matches(each, asked.path) for each in rule.get("nonResourceURLs") or ())
    groups = rule.get("apiGroups") or ()
    if asked.group not in groups and ALL not in groups:
        return False
    names = rule.get("resourceNames")
    if names and asked.name not in names:
        return False
    resources = rule.get("resources") or ()
    if ALL in resources:
        return True
    wanted = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    return wanted in resources or bool(asked.subresource and f"*/{asked.subresource}" in resources)


def _path_matches(pattern: str, path: str) -> bool:
    return pattern in (ALL, path) or (pattern.endswith("*") and path.startswith(pattern[:-1]))


def applies(subject: Obj, user: User, namespace: str) -> bool:
    """Is the user this subject of a binding?"""
    kind, name = subject.get("kind"), subject.get("name", "")
    if kind == "User":
        return bool(user.name == name)
    if kind == "Group":
        return name in user.groups
    return user.name == f"system:serviceaccount:{subject.get('namespace') or namespace}:{name}"


def uncovered(owned: Sequence[Obj], wanted: Sequence[Obj]) -> list[Obj]:
    """The single permissions of `wanted` that `owned` does not cover; for the escalation check."""
    missing = []
    for rule in wanted:
        for single in _split(rule):
            verb = single["verbs"][0]
            if "nonResourceURLs" in single:
                asked = Attributes(verb, path=single["nonResourceURLs"][0])
            else:
                resource, _, subresource = single["resources"][0].partition("/")
                names = single.get("resourceNames") or [""]
                asked = Attributes(verb, single["apiGroups"][0], "", resource, subresource, "", names[0])
            if not any(allows(each, asked) for each in owned):
                missing.append(single)
    return missing


def _split(rule: Obj) -> list[Obj]:
    found = []
    for verb in rule.get("verbs") or ():
        for url in rule.get("nonResourceURLs") or ():
            found.append({"verbs": [verb], "nonResourceURLs": [url]})
        for group in rule.get("apiGroups") or ():
            for resource in rule.get("resources") or ():
                for name in rule.get("resourceNames") or [None]:
                    single: Obj = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
                    if name is not None:
                        single["resourceNames"] = [name]
                    found.append(single)
    return found


def shown(rule: Obj) -> str:
    """A rule as the escalation message shows it: {APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}"""
    labels = {
        "apiGroups": "APIGroups",
        "resources": "Resources",
        "resourceNames": "ResourceNames",
        "nonResourceURLs": "NonResourceURLs",
        "verbs": "Verbs",
    }
    parts = []
    for key, label in labels.items():
        if rule.get(key):
            parts.append(f"{label}:[" + " ".join(f'"{each}"' for each in rule[key]) + "]")
    return "{" + ", ".join(parts) + "}"
