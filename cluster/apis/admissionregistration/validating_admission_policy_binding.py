"""ValidatingAdmissionPolicyBinding: where a policy holds.

Models: pkg/registry/admissionregistration/validatingadmissionpolicybinding/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apis import schema_rules
from cluster.apis.admissionregistration import policies
from cluster.apis.registry import Kind

SCHEMA = "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding"
KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicyBinding",
    plural="validatingadmissionpolicybindings",
    schema=SCHEMA,
    namespaced=False,
    categories=("api-extensions",),
    columns=policies.BINDING_COLUMNS,
    default=policies.default_binding,
    prepare=policies.prepare,
    validate=schema_rules.rules(SCHEMA),
)
