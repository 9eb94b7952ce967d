"""The default roles and bindings, as data.

Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,namespace_policy}.go v1.37 (loops: `controller_policy`)
Simplified: the admin, edit and view roles list the resources that this server has, and hold their aggregated rules from
the start: no controller gathers them.
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apiserver.authz.controller_policy import CONTROLLERS
from cluster.apiserver.authz.policy_rules import ANNOTATIONS, EVENTS, GROUP, LABELS, READ, WRITE, rule, urls

NAMESPACED = {
    "": "configmaps endpoints persistentvolumeclaims pods replicationcontrollers replicationcontrollers/scale serviceaccounts services",
    "apps": "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
    "autoscaling": "horizontalpodautoscalers",
    "batch": "cronjobs jobs",
    "networking.k8s.io": "ingresses networkpolicies",
    "policy": "poddisruptionbudgets",
}
VIEW = [
    *(rule(group, resources, READ) for group, resources in NAMESPACED.items()),
    rule(
        "",
        "bindings events limitranges namespaces namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
        READ,
    ),
    rule("discovery.k8s.io", "endpointslices", READ),
]
EDIT = [
    *(rule(group, resources, WRITE) for group, resources in NAMESPACED.items()),
    rule("", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", [*READ, *WRITE]),
    rule("", "serviceaccounts", "impersonate"),
    rule("", "pods/eviction serviceaccounts/token", "create"),
    rule("", "events", WRITE),
    rule("coordination.k8s.io", "leases", [*READ, *WRITE]),
]
ADMIN = [
    rule("authorization.k8s.io", "localsubjectaccessreviews", "create"),
    rule(GROUP, "rolebindings roles", [*READ, *WRITE]),
]
SCHEDULER = [
    EVENTS,
    rule("coordination.k8s.io", "leases", "create get list update watch"),
    rule("", "nodes namespaces services replicationcontrollers persistentvolumeclaims persistentvolumes", READ),
    rule("", "pods", [*READ, "delete"]),
    rule("", "bindings pods/binding", "create"),
    rule("", "pods/status", "patch update"),
    rule("apps", "replicasets statefulsets", READ),
    rule("policy", "poddisruptionbudgets", READ),
    rule("storage.k8s.io", "*", READ),
    rule("", "persistentvolumeclaims persistentvolumes", "patch update"),
    rule("authentication.k8s.io", "tokenreviews", "create"),
    rule("authorization.k8s.io", "subjectaccessreviews", "create"),
]
CONTROLLER_MANAGER = [
    EVENTS,
    rule("coordination.k8s.io", "leases", "create get list update watch"),
    rule("", "secrets serviceaccounts", "create delete get update"),
    rule("", "configmaps namespaces", "get"),
    rule("", "serviceaccounts/token", "create"),
    rule("authentication.k8s.io", "tokenreviews", "create"),
    rule("authorization.k8s.io", "subjectaccessreviews", "create"),
    rule("*", "*", "list watch"),
]
NODE_PROXIER = [EVENTS, rule("", "services nodes endpoints", READ), rule("discovery.k8s.io", "endpointslices", READ)]
CLUSTER_ROLES: dict[str, list[Obj]] = {
    "cluster-admin": [rule("*", "*", "*"), urls("*", "*")],
    "admin": [*ADMIN, *EDIT, *VIEW],
    "edit": [*EDIT, *VIEW],
    "view": VIEW,
    "system:aggregate-to-admin": ADMIN,
    "system:aggregate-to-edit": EDIT,
    "system:aggregate-to-view": VIEW,
    "system:discovery": [
        urls("/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/")
    ],
    "system:basic-user": [
        rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", "create"),
        rule("authentication.k8s.io", "selfsubjectreviews", "create"),
    ],
    "system:public-info-viewer": [urls("/healthz /livez /readyz /version /version/")],
    "system:monitoring": [urls("/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*")],
    "system:auth-delegator": [
        rule("authentication.k8s.io", "tokenreviews", "create"),
        rule("authorization.k8s.io", "subjectaccessreviews", "create"),
    ],
    "system:node": [],
    "system:node-proxier": NODE_PROXIER,
    "system:kube-scheduler": SCHEDULER,
    "system:kube-controller-manager": CONTROLLER_MANAGER,
    "system:service-account-issuer-discovery": [urls("/.well-known/openid-configuration /openid/v1/jwks")],
}
AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
AGGREGATED = ("admin", "edit", "view")
AGGREGATED_INTO = {
    "edit": "admin",
    "view": "edit",
    **{f"system:aggregate-to-{name}": name for name in AGGREGATED},
}
CLUSTER_BINDINGS: dict[str, tuple[str, str]] = {
    "cluster-admin": ("Group", "system:masters"),
    "system:discovery": ("Group", "system:authenticated"),
    "system:basic-user": ("Group", "system:authenticated"),
    "system:public-info-viewer": ("Group", "system:authenticated"),
    "system:monitoring": ("Group", "system:monitoring"),
    "system:node-proxier": ("User", "system:kube-proxy"),
    "system:kube-scheduler": ("User", "system:kube-scheduler"),
    "system:kube-controller-manager": ("User", "system:kube-controller-manager"),
    "system:service-account-issuer-discovery": ("Group", "system:serviceaccounts"),
}


def objects() -> list[Obj]:
    """Fresh objects of all default roles and bindings."""
    found = [_role(name, rules) for name, rules in CLUSTER_ROLES.items()]
    found += [_role(f"system:controller:{name}", rules) for name, rules in CONTROLLERS.items()]
    for name, (kind, subject) in CLUSTER_BINDINGS.items():
        found.append(_binding(name, name, {"kind": kind, "name": subject, "apiGroup": GROUP}))
    found.append(
        _binding(
            "kubeadm:cluster-admins",
            "cluster-admin",
            {"kind": "Group", "name": "kubeadm:cluster-admins", "apiGroup": GROUP},
        )
    )
    for name in CONTROLLERS:
        account = {"kind": "ServiceAccount", "name": name, "namespace": "kube-system"}
        found.append(_binding(f"system:controller:{name}", f"system:controller:{name}", account))
    return found


def _metadata(name: str) -> Obj:
    return {"name": name, "labels": dict(LABELS), "annotations": dict(ANNOTATIONS)}


def _role(name: str, rules: list[Obj]) -> Obj:
    role: Obj = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": _metadata(name), "rules": rules}
    if name in AGGREGATED_INTO:
        role["metadata"]["labels"][f"{AGGREGATE}{AGGREGATED_INTO[name]}"] = "true"
    if name in AGGREGATED:
        role["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {f"{AGGREGATE}{name}": "true"}}]}
    return role


def _binding(name: str, role: str, subject: Obj) -> Obj:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": _metadata(name),
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }
