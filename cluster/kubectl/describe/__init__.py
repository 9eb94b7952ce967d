"""One module a kind: what `kubectl describe` tells of it. Models: staging/src/k8s.io/kubectl/pkg/describe"""

MODULES = {
    ("", "Pod"): "pod",
    ("", "Node"): "node",
    ("", "Namespace"): "namespace",
    ("", "Secret"): "secret",
    ("", "ConfigMap"): "config_map",
    ("", "Service"): "service",
    ("", "ServiceAccount"): "service_account",
    ("", "ReplicationController"): "replication_controller",
    ("", "ResourceQuota"): "resource_quota",
    ("", "LimitRange"): "limit_range",
    ("", "Endpoints"): "endpoints",
    ("discovery.k8s.io", "EndpointSlice"): "endpoint_slice",
    ("apps", "Deployment"): "deployment",
    ("apps", "ReplicaSet"): "replica_set",
    ("rbac.authorization.k8s.io", "Role"): "role",
    ("rbac.authorization.k8s.io", "ClusterRole"): "role",
    ("rbac.authorization.k8s.io", "RoleBinding"): "role_binding",
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): "role_binding",
    ("scheduling.k8s.io", "PriorityClass"): "priority_class",
}
"""(group, kind) and the module that describes it; every other kind is described field by field by `generic`."""
