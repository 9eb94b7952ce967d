"""MutatingAdmissionPolicyBinding: where a policy holds.

Models: pkg/registry/admissionregistration/mutatingadmissionpolicybinding/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apis import schema_rules
from cluster.apis.admissionregistration import policies
from cluster.apis.registry import Kind

SCHEMA = "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding"
KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="MutatingAdmissionPolicyBinding",
    plural="mutatingadmissionpolicybindings",
    schema=SCHEMA,
    namespaced=False,
    categories=("api-extensions",),
    columns=policies.BINDING_COLUMNS,
    default=policies.default_binding,
    prepare=policies.prepare,
    validate=schema_rules.rules(SCHEMA),
)
