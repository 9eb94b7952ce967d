"""RBAC: what bindings grant, in upstream's words, and that nobody grants more than they have."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.authz.authorizer import Authorizer

JANE = User("jane", groups=("dev", "system:authenticated"))
ROOT = User("root", groups=("system:masters",))
PODS = Attributes("list", "", "v1", "pods", namespace="shop")
LOG = Attributes("get", "", "v1", "pods", "log", "shop", "a")
RBAC = "rbac.authorization.k8s.io"


def placed(name: str, namespace: str) -> Obj:
    return {"name": name, **({"namespace": namespace} if namespace else {})}


def role(name: str, *rules: Obj, namespace: str = "") -> Obj:
    kind = "Role" if namespace else "ClusterRole"
    return {"kind": kind, "metadata": placed(name, namespace), "rules": list(rules)}


def rule(group: str, resources: str, verbs: str, **more: Any) -> Obj:
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **more}


def binding(name: str, to: str, subject: Obj, namespace: str = "") -> Obj:
    return {
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": placed(name, namespace),
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": to},
        "subjects": [subject],
    }


def user(name: str) -> Obj:
    return {"kind": "User", "name": name}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (PODS, 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"'),
        (
            PODS._replace(verb="delete", name="a"),
            'pods "a" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "shop"',
        ),
        (
            Attributes("get", "apps", "v1", "deployments", "scale", "shop", "web"),
            'deployments.apps "web" is forbidden: User "jane" cannot get resource "deployments/scale"'
            ' in API group "apps" in the namespace "shop"',
        ),
        (
            Attributes("list", "", "v1", "nodes"),
            'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
        ),
        (Attributes("get", path="/metrics"), 'forbidden: User "jane" cannot get path "/metrics"'),
    ],
)
def test_a_refusal_is_worded_as_upstream(asked: Attributes, words: str, shelf: Any) -> None:
    with pytest.raises(ApiError) as caught:
        Authorizer(shelf).authorize(JANE, asked)
    assert (caught.value.code, caught.value.message) == (403, words)


def test_masters_may_all_without_any_role(shelf: Any) -> None:
    Authorizer(shelf).authorize(ROOT, PODS)


@pytest.mark.parametrize(
    ("granted", "asked", "allowed"),
    [
        (rule("", "pods", "list"), PODS, True),
        (rule("*", "*", "*"), PODS, True),
        (rule("", "pods", "get"), PODS, False),
        (rule("apps", "pods", "list"), PODS, False),
        (rule("", "pods", "get"), LOG, False),
        (rule("", "pods/log", "get"), LOG, True),
        (rule("", "*/log", "get"), LOG, True),
        (rule("", "pods/log", "get", resourceNames=["a"]), LOG, True),
        (rule("", "pods/log", "get", resourceNames=["b"]), LOG, False),
        (rule("", "pods", "list", resourceNames=["a"]), PODS, False),
        ({"nonResourceURLs": ["/metrics/*"], "verbs": ["get"]}, Attributes("get", path="/metrics/slis"), True),
        ({"nonResourceURLs": ["/metrics"], "verbs": ["get"]}, Attributes("get", path="/metrics/slis"), False),
        ({"nonResourceURLs": ["*"], "verbs": ["list"]}, PODS, False),
    ],
)
def test_a_rule_allows_just_what_it_says(granted: Obj, asked: Attributes, allowed: bool, shelf: Any) -> None:
    shelf.put(role("r", granted), binding("b", "r", user("jane")))
    assert (Authorizer(shelf).allows(JANE, asked) is not None) is allowed


@pytest.mark.parametrize(
    ("subject", "who", "applies"),
    [
        (user("jane"), JANE, True),
        (user("dev"), JANE, False),
        ({"kind": "Group", "name": "dev"}, JANE, True),
        ({"kind": "Group", "name": "jane"}, JANE, False),
        ({"kind": "ServiceAccount", "name": "bot", "namespace": "ci"}, User("system:serviceaccount:ci:bot"), True),
        ({"kind": "ServiceAccount", "name": "bot", "namespace": "ci"}, User("system:serviceaccount:shop:bot"), False),
    ],
)
def test_a_binding_is_for_its_subjects(subject: Obj, who: User, applies: bool, shelf: Any) -> None:
    shelf.put(role("r", rule("", "pods", "list")), binding("b", "r", subject))
    assert (Authorizer(shelf).allows(who, PODS) is not None) is applies


def test_a_role_binding_reaches_its_own_namespace_only(shelf: Any) -> None:
    shelf.put(role("r", rule("", "pods", "list")), binding("b", "r", user("jane"), namespace="shop"))
    authorizer = Authorizer(shelf)
    authorizer.authorize(JANE, PODS)
    assert authorizer.allows(JANE, PODS._replace(namespace="default")) is None
    assert authorizer.allows(JANE, PODS._replace(namespace="")) is None


def test_a_remembered_decision_changes_with_the_roles(shelf: Any) -> None:
    authorizer = Authorizer(shelf)
    assert authorizer.allows(JANE, PODS) is None
    shelf.put(role("r", rule("", "pods", "list")), binding("b", "r", user("jane")))
    authorizer.authorize(JANE, PODS)
    shelf.remove("ClusterRoleBinding", "b")
    assert authorizer.allows(JANE, PODS) is None


def escalation(shelf: Any, new: Obj, old: Obj | None = None, who: User = JANE) -> str:
    """What check_escalation says; "" when nothing."""
    namespace = new["metadata"].get("namespace", "")
    call: Any = SimpleNamespace(resource=REGISTRY.kind(new["kind"]), user=who, namespace=namespace, name="")
    try:
        Authorizer(shelf).check_escalation(call, new, old)
    except ApiError as error:
        return error.message
    return ""


SECRETS = role("big", rule("", "secrets", "get"), namespace="shop")


def test_a_role_beyond_ones_own_rights_is_refused_in_upstreams_words(shelf: Any) -> None:
    assert escalation(shelf, SECRETS) == (
        'roles.rbac.authorization.k8s.io "big" is forbidden: user "jane" (groups=["dev" "system:authenticated"])'
        " is attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
    )
    assert escalation(shelf, SECRETS, who=ROOT) == ""


def test_a_role_within_ones_own_rights_may_be_made(shelf: Any) -> None:
    shelf.put(role("r", rule("", "secrets", "get list")), binding("b", "r", user("jane")))
    assert escalation(shelf, SECRETS) == ""
    assert "not currently held" in escalation(shelf, role("big", rule("", "secrets", "*"), namespace="shop"))
    assert "not currently held" in escalation(shelf, role("big", rule("", "*", "get"), namespace="shop"))


def test_a_role_whose_rules_stay_may_be_changed(shelf: Any) -> None:
    assert escalation(shelf, SECRETS, old=SECRETS) == ""


def test_an_aggregated_role_counts_as_everything(shelf: Any) -> None:
    aggregated = {**role("sum"), "aggregationRule": {"clusterRoleSelectors": [{}]}}
    assert 'Resources:["*"]' in escalation(shelf, aggregated)
    assert 'Resources:["*"]' in escalation(shelf, aggregated, old=role("sum"))


def test_the_verb_escalate_lifts_the_check(shelf: Any) -> None:
    shelf.put(role("r", rule(RBAC, "roles", "escalate")), binding("b", "r", user("jane")))
    assert escalation(shelf, SECRETS) == ""


def test_a_role_that_is_not_there_yet_cannot_be_bound(shelf: Any) -> None:
    found = escalation(shelf, binding("b", "later", user("jane")))
    assert found == 'clusterroles.rbac.authorization.k8s.io "later" not found'


def test_binding_a_role_beyond_ones_own_rights_is_refused(shelf: Any) -> None:
    shelf.put(role("root", rule("*", "*", "*")))
    assert "not currently held" in escalation(shelf, binding("b", "root", user("jane"), namespace="shop"))


def test_the_verb_bind_holds_for_the_role_it_names_not_for_a_binding_of_that_name(shelf: Any) -> None:
    may = rule(RBAC, "roles clusterroles", "bind", resourceNames=["viewer"])
    shelf.put(role("r", may), binding("b", "r", user("jane")))
    shelf.put(role("viewer", rule("", "pods", "get")), role("root", rule("*", "*", "*")))
    assert escalation(shelf, binding("any", "viewer", user("jane"), namespace="shop")) == ""
    assert "not currently held" in escalation(shelf, binding("viewer", "root", user("jane"), namespace="shop"))
