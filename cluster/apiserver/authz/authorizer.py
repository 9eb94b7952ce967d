"""May they: system:masters may all, nodes what a node may, the rest what RBAC's bindings grant.

The index of bindings is rebuilt only when an RBAC object changed. Models: rbac.go, pkg/auth/nodeidentifier v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.authn.user import MASTERS, User
from cluster.apiserver.authz import node, rbac
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.call import Call

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

RBAC_KINDS = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
RBAC_GROUP = "rbac.authorization.k8s.io"
EVERYTHING: list[Obj] = [
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
]
REMEMBERED = 8192


class Authorizer:
    """Decides; a decision is remembered until an RBAC object changes."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._generation: list[int] = []
        self._decisions: dict[tuple[User, Attributes], str | None] = {}
        self._rules: dict[tuple[str, tuple[str, ...], str], list[tuple[Obj, str]]] = {}

    def authorize(self, user: User, asked: Attributes) -> None:
        """ApiError 403 in upstream's words when the user may not."""
        if self.allows(user, asked) is None:
            raise forbidden(user, asked, node.explains(user, asked))

    def allows(self, user: User, asked: Attributes) -> str | None:
        """Why the user may ("" when there is nothing to say), or None when not."""
        if MASTERS in user.groups:
            return ""
        self._refresh()
        key = (user, asked)
        if key in self._decisions:
            return self._decisions[key]
        reason = node.allows(self.reader, user, asked)
        if reason is None:
            reason = self._by_rbac(user, asked)
        if node.node_of(user) is None:  # what a node may follows from its pods, which change
            if len(self._decisions) > REMEMBERED:
                self._decisions.clear()
            self._decisions[key] = reason
        return reason

    def rules_of(self, user: User, namespace: str) -> tuple[list[Obj], list[Obj]]:
        """(resource rules, other rules) that hold for a user in a namespace."""
        if MASTERS in user.groups:
            rules = list(EVERYTHING)
        else:
            self._refresh()
            rules = [rule for rule, _ in self._rules_of(user, namespace)]
        other = [rule for rule in rules if rule.get("nonResourceURLs")]
        return [rule for rule in rules if not rule.get("nonResourceURLs")], other

    def check_escalation(self, call: Call, new: Obj, old: Obj | None) -> None:
        """Nobody grants what they do not have. Models: pkg/registry/rbac/{role,rolebinding}/policybased/storage.go"""
        kind = call.resource
        if kind.built_in not in RBAC_KINDS or call.user is None or MASTERS in call.user.groups:
            return
        role = kind.built_in in ("ClusterRole", "Role")
        if old is not None and role and all(new.get(key) == old.get(key) for key in ("rules", "aggregationRule")):
            return
        if self.allows(call.user, _escalation(call, new, role)) is not None:
            return
        wanted = _granted(new) if role else self._bound(new["roleRef"], call.namespace)
        owned = [rule for rule, _ in self._rules_of(call.user, call.namespace)]
        missing = rbac.uncovered(owned, wanted)
        if missing:
            groups = " ".join(f'"{group}"' for group in call.user.groups)
            text = "\n".join(rbac.shown(rule) for rule in missing)
            why = f'user "{call.user.name}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n{text}'
            raise status.forbidden(kind.plural, new["metadata"]["name"], why, kind.group)

    def _by_rbac(self, user: User, asked: Attributes) -> str | None:
        for rule, reason in self._rules_of(user, asked.namespace):
            if rbac.allows(rule, asked):
                return reason
        return None

    def _rules_of(self, user: User, namespace: str) -> list[tuple[Obj, str]]:
        key = (user.name, user.groups, namespace)
        if key in self._rules:
            return self._rules[key]
        if len(self._rules) >= REMEMBERED:
            self._rules.clear()
        found: list[tuple[Obj, str]] = []
        for kind, scope in (("ClusterRoleBinding", ""), ("RoleBinding", namespace)):
            if kind == "RoleBinding" and not namespace:
                continue
            for binding in self.reader.list(kind, scope):
                subject = next(
                    (each for each in binding.get("subjects") or () if rbac.applies(each, user, scope)), None
                )
                if subject is not None:
                    reason = _reason(binding, subject)
                    found += [(rule, reason) for rule in self._rules_of_role(binding["roleRef"], scope)]
        self._rules[key] = found
        return found

    def _rules_of_role(self, reference: Obj, namespace: str) -> list[Obj]:
        kind = reference["kind"]
        role = self.reader.get(kind, reference["name"], namespace if kind == "Role" else "")
        return list((role or {}).get("rules") or ())

    def _bound(self, reference: Obj, namespace: str) -> list[Obj]:
        """The rules that a binding would grant. ApiError 404 when the role is not there: it may yet become anything."""
        kind, name = reference["kind"], reference["name"]
        if self.reader.get(kind, name, namespace if kind == "Role" else "") is None:
            raise status.not_found(f"{kind.lower()}s", name, RBAC_GROUP)
        return self._rules_of_role(reference, namespace)

    def _refresh(self) -> None:
        generation = self.reader.generations(RBAC_KINDS)
        if generation != self._generation:
            self._generation = generation
            self._decisions.clear()
            self._rules.clear()


def _escalation(call: Call, new: Obj, role: bool) -> Attributes:
    """The verb that lets a user grant more than they have: `escalate` on the role, or `bind` on what is bound."""
    kind = call.resource
    if role:
        return Attributes("escalate", kind.group, kind.version, kind.plural, "", call.namespace, call.name)
    reference = new["roleRef"]
    plural = f"{reference['kind'].lower()}s"
    return Attributes("bind", RBAC_GROUP, kind.version, plural, "", call.namespace, reference["name"])


def _granted(role: Obj) -> list[Obj]:
    """A role's rules; an aggregated role may grow to anything, so it counts as everything."""
    rules: list[Obj] = list(role.get("rules") or ())
    return [*rules, *EVERYTHING] if role.get("aggregationRule") else rules


def forbidden(user: User, asked: Attributes, reason: str = "") -> status.ApiError:
    """Models: apiserver/pkg/endpoints/handlers/responsewriters/errors.go Forbidden"""
    if asked.path:
        return status.forbidden("", "", f'User "{user.name}" cannot {asked.verb} path "{asked.path}"')
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    where = f' in the namespace "{asked.namespace}"' if asked.namespace else " at the cluster scope"
    why = f'User "{user.name}" cannot {asked.verb} resource "{resource}" in API group "{asked.group}"{where}'
    why += f": {reason}" if reason else ""
    return status.forbidden(asked.resource, asked.name, why, asked.group)


def _reason(binding: Obj, subject: Obj) -> str:
    """Models: rbac.go clusterRoleBindingDescriber"""
    name = binding["metadata"]["name"]
    if binding["metadata"].get("namespace"):
        name = f"{name}/{binding['metadata']['namespace']}"
    who = subject["name"]
    if subject["kind"] == "ServiceAccount":
        who = f"{who}/{subject.get('namespace', '')}"
    reference = binding["roleRef"]
    return f'RBAC: allowed by {binding["kind"]} "{name}" of {reference["kind"]} "{reference["name"]}" to {subject["kind"]} "{who}"'
