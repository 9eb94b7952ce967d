"""The default roles and bindings, as data.

Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,controller_policy,namespace_policy}.go v1.37
Simplified: the admin, edit and view roles list the resources that this server has, and hold their aggregated rules from
the start: no controller gathers them.
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj

GROUP = "rbac.authorization.k8s.io"
READ = ["get", "list", "watch"]
WRITE = ["create", "delete", "deletecollection", "patch", "update"]
UPDATE = ["get", "list", "watch", "patch", "update"]
EVENTS = {"apiGroups": ["", "events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch", "update"]}
LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
ANNOTATIONS = {"rbac.authorization.kubernetes.io/autoupdate": "true"}


def rule(group: str, resources: str, verbs: list[str] | str) -> Obj:
    """`resources` and `verbs` may be one text with blanks."""
    found = verbs.split() if isinstance(verbs, str) else verbs
    return {"apiGroups": [group], "resources": resources.split(), "verbs": found}


def urls(paths: str, verbs: str = "get") -> Obj:
    return {"nonResourceURLs": paths.split(), "verbs": verbs.split()}


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
REVISIONS = rule("apps", "controllerrevisions", [*READ, "create", "delete", "patch", "update"])
SIGNERS = [
    f"kubernetes.io/{name}" for name in ("kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving")
]
CONTROLLERS: dict[str, list[Obj]] = {
    "certificate-controller": [
        rule("certificates.k8s.io", "certificatesigningrequests", [*READ, "delete"]),
        rule("certificates.k8s.io", "certificatesigningrequests/approval certificatesigningrequests/status", "update"),
        {**rule("certificates.k8s.io", "signers", "approve sign"), "resourceNames": SIGNERS},
        rule("authorization.k8s.io", "subjectaccessreviews", "create"),
        EVENTS,
    ],
    "deployment-controller": [
        rule("apps", "deployments deployments/status deployments/finalizers", UPDATE),
        rule("apps", "replicasets", [*READ, "create", "delete", "patch", "update"]),
        rule("", "pods", UPDATE),
        EVENTS,
    ],
    "replicaset-controller": [
        rule("apps", "replicasets replicasets/status replicasets/finalizers", UPDATE),
        rule("", "pods", [*READ, "create", "delete", "patch"]),
        EVENTS,
    ],
    "replication-controller": [
        rule("", "replicationcontrollers replicationcontrollers/status replicationcontrollers/finalizers", UPDATE),
        rule("", "pods", [*READ, "create", "delete", "patch"]),
        EVENTS,
    ],
    "daemon-set-controller": [
        rule("apps", "daemonsets", READ),
        rule("apps", "daemonsets/status daemonsets/finalizers", "update patch"),
        rule("", "nodes", "list watch"),
        rule("", "pods", [*READ, "create", "delete", "patch"]),
        rule("", "pods/binding", "create"),
        REVISIONS,
        EVENTS,
    ],
    "statefulset-controller": [
        rule("apps", "statefulsets", READ),
        rule("apps", "statefulsets/status statefulsets/finalizers", "update patch"),
        rule("", "pods", [*READ, "create", "delete", "patch", "update"]),
        REVISIONS,
        rule("", "persistentvolumeclaims", [*READ, "create", "delete", "update"]),
        EVENTS,
    ],
    "job-controller": [
        rule("batch", "jobs jobs/status jobs/finalizers", UPDATE),
        rule("", "pods", [*READ, "create", "delete", "patch"]),
        EVENTS,
    ],
    "cronjob-controller": [
        rule("batch", "cronjobs cronjobs/status cronjobs/finalizers", UPDATE),
        rule("batch", "jobs", [*READ, "create", "delete", "patch", "update"]),
        rule("", "pods", "list delete"),
        EVENTS,
    ],
    "persistent-volume-binder": [
        rule("", "persistentvolumes persistentvolumeclaims", [*READ, "create", "delete", "patch", "update"]),
        rule("", "persistentvolumes/status persistentvolumeclaims/status", "patch update"),
        rule("storage.k8s.io", "storageclasses", READ),
        EVENTS,
    ],
    "horizontal-pod-autoscaler": [
        rule("autoscaling", "horizontalpodautoscalers", READ),
        rule("autoscaling", "horizontalpodautoscalers/status", "update"),
        rule("*", "*/scale", "get update"),
        rule("", "pods", "list"),
        rule("metrics.k8s.io", "pods", "list"),
        rule("custom.metrics.k8s.io", "*", "get list"),
        rule("external.metrics.k8s.io", "*", "get list"),
        EVENTS,
    ],
    "endpointslicemirroring-controller": [
        rule("", "endpoints services", READ),
        rule("discovery.k8s.io", "endpointslices", [*READ, "create", "delete", "update"]),
        EVENTS,
    ],
    "clusterrole-aggregation-controller": [rule(GROUP, "clusterroles", [*UPDATE, "escalate"])],
    "ttl-after-finished-controller": [rule("batch", "jobs", [*READ, "delete"]), EVENTS],
    "disruption-controller": [
        rule("apps", "deployments replicasets statefulsets", READ),
        rule("", "replicationcontrollers", READ),
        rule("policy", "poddisruptionbudgets", READ),
        rule("policy", "poddisruptionbudgets/status", "update"),
        rule("", "pods", READ),
        rule("", "pods/status", "patch update"),
        rule("*", "*/scale", "get"),
        EVENTS,
    ],
    "node-controller": [
        rule("", "nodes nodes/status", [*UPDATE, "delete"]),
        rule("", "pods pods/status", [*UPDATE, "create", "delete"]),
        rule("coordination.k8s.io", "leases", READ),
        EVENTS,
    ],
    "namespace-controller": [
        rule("", "namespaces namespaces/finalize namespaces/status", [*UPDATE, "delete"]),
        rule("*", "*", "delete deletecollection get list"),
    ],
    "endpointslice-controller": [
        rule("", "nodes pods services", READ),
        rule("discovery.k8s.io", "endpointslices", [*READ, "create", "delete", "update"]),
        EVENTS,
    ],
    "endpoint-controller": [
        rule("", "pods services", READ),
        rule("", "endpoints", [*READ, "create", "delete", "update"]),
        rule("", "endpoints/restricted", "create"),
        EVENTS,
    ],
    "ttl-controller": [rule("", "nodes", "list patch update watch"), EVENTS],
    "service-account-controller": [rule("", "serviceaccounts", "create"), EVENTS],
    "root-ca-cert-publisher": [rule("", "configmaps", "create update get"), EVENTS],
    "generic-garbage-collector": [rule("*", "*", "delete get list patch update watch"), EVENTS],
    "resourcequota-controller": [
        rule("*", "*", "list watch"),
        rule("", "resourcequotas/status", "update patch"),
        EVENTS,
    ],
    "pod-garbage-collector": [
        rule("", "pods", "delete list watch"),
        rule("", "nodes", "get list"),
        rule("", "pods/status", "patch"),
    ],
    "node-ipam-controller": [rule("", "nodes", UPDATE), EVENTS],
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
