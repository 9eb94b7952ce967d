"""Roles and their bindings."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

GROUP = "rbac.authorization.k8s.io"
RULE = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}


@pytest.mark.parametrize(
    ("kind", "rule", "faults"),
    [
        ("Role", RULE, []),
        ("ClusterRole", {"verbs": ["get"], "nonResourceURLs": ["/healthz"]}, []),
        ("Role", {**RULE, "verbs": []}, ["rules[0].verbs: Required value: verbs must contain at least one value"]),
        (
            "Role",
            {"verbs": ["get"]},
            [
                "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
                "rules[0].resources: Required value: resource rules must supply at least one resource",
            ],
        ),
        (
            "Role",
            {"verbs": ["get"], "nonResourceURLs": ["/x"]},
            ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
        ),
        (
            "ClusterRole",
            {**RULE, "nonResourceURLs": ["/x"]},
            [
                'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and '
                "non-resource URLs"
            ],
        ),
    ],
)
def test_a_rule_is_refused_in_upstream_s_words(kind: str, rule: Obj, faults: list[str], served: Any) -> None:
    assert served(kind).told(served(kind).made({"rules": [rule]})) == faults


def test_an_aggregated_role_needs_a_selector(served: Any) -> None:
    made = served("ClusterRole").made({"aggregationRule": {}})
    text = "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if "
    assert served("ClusterRole").told(made) == [text + "aggregationRule is non-nil"]


BINDING = {"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "name": "alice"}]}


@pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
def test_groups_are_filled_in(kind: str, served: Any) -> None:
    subjects = [{"kind": "User", "name": "a"}, {"kind": "ServiceAccount", "name": "b", "namespace": "ns"}]
    made = served(kind).made({**BINDING, "subjects": subjects})
    assert made["roleRef"]["apiGroup"] == GROUP
    assert [subject.get("apiGroup") for subject in made["subjects"]] == [GROUP, None]
    assert served(kind).told(made) == []


@pytest.mark.parametrize(
    ("kind", "parts", "fault"),
    [
        (
            "ClusterRoleBinding",
            {"roleRef": {"kind": "Role", "name": "x"}},
            'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
        ),
        (
            "RoleBinding",
            {"roleRef": {"kind": "Rule", "name": "x"}},
            'roleRef.kind: Unsupported value: "Rule": supported values: "Role", "ClusterRole"',
        ),
        ("RoleBinding", {"roleRef": {"kind": "Role"}}, "roleRef.name: Required value"),
        (
            "RoleBinding",
            {"subjects": [{"kind": "Robot", "name": "x"}]},
            'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
        ),
        ("RoleBinding", {"subjects": [{"kind": "User"}]}, "subjects[0].name: Required value"),
        (
            "ClusterRoleBinding",
            {"subjects": [{"kind": "ServiceAccount", "name": "x"}]},
            "subjects[0].namespace: Required value",
        ),
    ],
)
def test_a_binding_is_refused_in_upstream_s_words(kind: str, parts: Obj, fault: str, served: Any) -> None:
    assert fault in served(kind).told(served(kind).made({**BINDING, **parts}))


def test_a_binding_keeps_its_role(served: Any) -> None:
    old = served("RoleBinding").made(BINDING)
    new = served("RoleBinding").changed(old, roleRef={"kind": "ClusterRole", "name": "admin"})
    shown = f'{{"APIGroup":"{GROUP}","Kind":"ClusterRole","Name":"admin"}}'
    assert served("RoleBinding").told(new, old) == [f"roleRef: Invalid value: {shown}: cannot change roleRef"]


def test_subjects_are_shown_by_kind(served: Any) -> None:
    subjects = [
        {"kind": "User", "name": "alice"},
        {"kind": "Group", "name": "dev"},
        {"kind": "ServiceAccount", "name": "bot", "namespace": "default"},
        {"kind": "User", "name": "bob"},
    ]
    made = served("RoleBinding").made({**BINDING, "subjects": subjects})
    row = ["x", "ClusterRole/view", "<unknown>", "alice, bob", "dev", "default/bot"]
    assert served("RoleBinding").row(made, wide=True) == row
