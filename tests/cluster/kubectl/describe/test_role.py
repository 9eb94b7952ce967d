"""Rules of a role: taken apart, put together by resource, in upstream's order."""

from cluster.kubectl.describe import role

RULES = [
    {"apiGroups": ["apps"], "resources": ["deployments", "deployments/scale"], "verbs": ["get", "list"]},
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], "resourceNames": ["a", "b"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list", "watch"]},
    {"nonResourceURLs": ["/healthz"], "verbs": ["get", "head"]},
]


def test_lines() -> None:
    assert role.lines(RULES) == [
        ("deployments.apps", [], [], ["get", "list", "watch"]),
        ("deployments.apps/scale", [], [], ["get", "list"]),
        ("", ["/healthz"], [], ["get"]),
        ("pods", [], ["a"], ["get"]),
        ("pods", [], ["b"], ["get"]),
        ("", ["/healthz"], [], ["head"]),
    ]
