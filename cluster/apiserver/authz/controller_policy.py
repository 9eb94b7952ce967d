"""What each loop of the controller manager may do, as data.

Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apiserver.authz.policy_rules import EVENTS, GROUP, READ, UPDATE, rule

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
    "tokens-controller": [
        rule("", "serviceaccounts", READ),
        rule("", "secrets", [*READ, "create", "update", "delete"]),
    ],
    "legacy-service-account-token-cleaner": [
        rule("", "serviceaccounts pods", READ),
        rule("", "secrets", [*READ, "delete", "patch"]),
        rule("", "configmaps", "get"),
    ],
    "service-cidrs-controller": [
        rule("networking.k8s.io", "servicecidrs", UPDATE),
        rule("networking.k8s.io", "servicecidrs/finalizers servicecidrs/status", "patch update"),
        rule("networking.k8s.io", "ipaddresses", [*READ, "create", "delete"]),
        rule("", "services", READ),
        EVENTS,
    ],
    "service-controller": [
        rule("", "services", "list watch patch update"),
        rule("", "services/status", "patch update"),
        rule("", "nodes", "list watch"),
        EVENTS,
    ],
    "attachdetach-controller": [
        rule("", "persistentvolumes persistentvolumeclaims pods", "list watch"),
        rule("", "nodes", READ),
        rule("", "nodes/status", "patch update"),
        rule("storage.k8s.io", "volumeattachments", [*READ, "create", "delete"]),
        rule("storage.k8s.io", "volumeattachments/status", "patch update"),
        rule("storage.k8s.io", "csidrivers csinodes", READ),
        EVENTS,
    ],
    "expand-controller": [
        rule("", "persistentvolumes", UPDATE),
        rule("", "persistentvolumeclaims/status", "patch update"),
        rule("", "persistentvolumeclaims", READ),
        EVENTS,
    ],
    "pvc-protection-controller": [
        rule("", "persistentvolumeclaims", "get list watch update"),
        rule("", "pods", "list watch get"),
        EVENTS,
    ],
    "pv-protection-controller": [rule("", "persistentvolumes", "get list watch update"), EVENTS],
    "ephemeral-volume-controller": [
        rule("", "pods/finalizers", "update"),
        rule("", "pods", READ),
        rule("", "persistentvolumeclaims", "get list watch create"),
        EVENTS,
    ],
    "resource-claim-controller": [
        rule("", "pods", READ),
        rule("", "pods/finalizers", "update"),
        rule("resource.k8s.io", "resourceclaims", [*READ, "create", "delete", "update"]),
        rule("resource.k8s.io", "resourceclaims/status", "update patch"),
        rule("resource.k8s.io", "resourceclaimtemplates", READ),
        rule("", "pods/status", "update patch"),
        EVENTS,
    ],
    "validatingadmissionpolicy-status-controller": [
        rule("admissionregistration.k8s.io", "validatingadmissionpolicies", READ),
        rule("admissionregistration.k8s.io", "validatingadmissionpolicies/status", "update patch get"),
        EVENTS,
    ],
    "bootstrap-signer": [
        rule("", "secrets", READ),
        {**rule("", "configmaps", "update"), "resourceNames": ["cluster-info"]},
        EVENTS,
    ],
    "token-cleaner": [rule("", "secrets", [*READ, "delete"]), EVENTS],
}
