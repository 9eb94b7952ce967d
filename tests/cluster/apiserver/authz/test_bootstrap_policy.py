"""The default roles and bindings."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.authn.user import User
from cluster.apiserver.authz import bootstrap_policy
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.authz.authorizer import Authorizer


def test_every_default_binding_names_a_default_role() -> None:
    objects = bootstrap_policy.objects()
    roles = {each["metadata"]["name"] for each in objects if each["kind"] == "ClusterRole"}
    bound = {each["roleRef"]["name"] for each in objects if each["kind"] == "ClusterRoleBinding"}
    assert bound - roles == set()


def test_no_default_object_comes_twice() -> None:
    keys = [(each["kind"], each["metadata"]["name"]) for each in bootstrap_policy.objects()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["admin", "edit", "view"])
def test_a_user_facing_role_is_aggregated_from_the_roles_labelled_for_it(name: str) -> None:
    roles = {each["metadata"]["name"]: each for each in bootstrap_policy.objects() if each["kind"] == "ClusterRole"}
    label = f"rbac.authorization.k8s.io/aggregate-to-{name}"
    assert roles[name]["aggregationRule"] == {"clusterRoleSelectors": [{"matchLabels": {label: "true"}}]}
    gathered = [
        rule for role in roles.values() if role["metadata"]["labels"].get(label) == "true" for rule in role["rules"]
    ]
    assert all(rule in roles[name]["rules"] for rule in gathered)
    assert all(rule in gathered for rule in roles[name]["rules"])


@pytest.mark.parametrize(
    ("name", "groups", "asked", "allowed"),
    [
        ("any", ("kubeadm:cluster-admins",), Attributes("delete", "", "v1", "nodes", name="w1"), True),
        ("any", ("system:authenticated",), Attributes("get", path="/apis"), True),
        ("any", ("system:authenticated",), Attributes("list", "", "v1", "pods", namespace="default"), False),
        ("system:kube-scheduler", (), Attributes("create", "", "v1", "pods", "binding", "default", "a"), True),
        ("system:kube-scheduler", (), Attributes("get", "", "v1", "secrets", "", "default", "a"), False),
        ("system:kube-proxy", (), Attributes("watch", "discovery.k8s.io", "v1", "endpointslices"), True),
        ("system:kube-proxy", (), Attributes("watch", "", "v1", "pods"), False),
    ],
)
def test_the_defaults_grant_what_upstreams_do(
    name: str, groups: tuple[str, ...], asked: Attributes, allowed: bool, shelf: Any
) -> None:
    shelf.put(*bootstrap_policy.objects())
    assert (Authorizer(shelf).allows(User(name, groups=groups), asked) is not None) is allowed
