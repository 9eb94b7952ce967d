"""All kinds that are served, in one table: `REGISTRY`. A new kind is a new module and a new line here.

The groups stand in the order in which discovery tells of them; the core group, told of first, stands last.
"""

from __future__ import annotations

from cluster.apis.admissionregistration import (
    mutating_admission_policy,
    mutating_admission_policy_binding,
    mutating_webhook_configuration,
    validating_admission_policy,
    validating_admission_policy_binding,
    validating_webhook_configuration,
)
from cluster.apis.apiextensions import custom_resource_definition
from cluster.apis.apiregistration import api_service
from cluster.apis.apps import controller_revision, daemon_set, deployment, replica_set, stateful_set
from cluster.apis.authentication import self_subject_review, token_review
from cluster.apis.authorization import (
    local_subject_access_review,
    self_subject_access_review,
    self_subject_rules_review,
    subject_access_review,
)
from cluster.apis.autoscaling import horizontal_pod_autoscaler
from cluster.apis.batch import cron_job, job
from cluster.apis.certificates import certificate_signing_request, cluster_trust_bundle, pod_certificate_request
from cluster.apis.coordination import lease
from cluster.apis.core import (
    binding,
    component_status,
    config_map,
    endpoints,
    event,
    limit_range,
    namespace,
    node,
    persistent_volume,
    persistent_volume_claim,
    pod,
    pod_template,
    replication_controller,
    resource_quota,
    secret,
    service,
    service_account,
)
from cluster.apis.discovery import endpoint_slice
from cluster.apis.events import event as events_event
from cluster.apis.flowcontrol import flow_schema, priority_level_configuration
from cluster.apis.networking import ingress, ingress_class, ip_address, network_policy, service_cidr
from cluster.apis.node import runtime_class
from cluster.apis.policy import pod_disruption_budget
from cluster.apis.rbac import cluster_role, cluster_role_binding, role, role_binding
from cluster.apis.registry import Registry
from cluster.apis.resource import (
    device_class,
    device_taint_rule,
    resource_claim,
    resource_claim_template,
    resource_slice,
)
from cluster.apis.scheduling import priority_class
from cluster.apis.storage import (
    csi_driver,
    csi_node,
    csi_storage_capacity,
    storage_class,
    volume_attachment,
    volume_attributes_class,
)
from cluster.apis.storagemigration import storage_version_migration

REGISTRY = Registry(
    [
        api_service.KIND,
        controller_revision.KIND,
        daemon_set.KIND,
        deployment.KIND,
        replica_set.KIND,
        stateful_set.KIND,
        events_event.KIND,
        self_subject_review.KIND,
        token_review.KIND,
        local_subject_access_review.KIND,
        self_subject_access_review.KIND,
        self_subject_rules_review.KIND,
        subject_access_review.KIND,
        horizontal_pod_autoscaler.KIND,
        horizontal_pod_autoscaler.V1,
        cron_job.KIND,
        job.KIND,
        certificate_signing_request.KIND,
        cluster_trust_bundle.KIND,
        pod_certificate_request.KIND,
        ingress.KIND,
        ingress_class.KIND,
        ip_address.KIND,
        network_policy.KIND,
        service_cidr.KIND,
        pod_disruption_budget.KIND,
        cluster_role_binding.KIND,
        cluster_role.KIND,
        role_binding.KIND,
        role.KIND,
        csi_driver.KIND,
        csi_node.KIND,
        csi_storage_capacity.KIND,
        storage_class.KIND,
        volume_attachment.KIND,
        volume_attributes_class.KIND,
        mutating_admission_policy.KIND,
        mutating_admission_policy_binding.KIND,
        mutating_webhook_configuration.KIND,
        validating_admission_policy.KIND,
        validating_admission_policy_binding.KIND,
        validating_webhook_configuration.KIND,
        custom_resource_definition.KIND,
        priority_class.KIND,
        lease.KIND,
        runtime_class.KIND,
        endpoint_slice.KIND,
        device_class.KIND,
        device_taint_rule.KIND,
        resource_claim.KIND,
        resource_claim_template.KIND,
        resource_slice.KIND,
        flow_schema.KIND,
        priority_level_configuration.KIND,
        storage_version_migration.KIND,
        binding.KIND,
        component_status.KIND,
        config_map.KIND,
        endpoints.KIND,
        event.KIND,
        limit_range.KIND,
        namespace.KIND,
        node.KIND,
        persistent_volume.KIND,
        persistent_volume_claim.KIND,
        pod.KIND,
        pod_template.KIND,
        replication_controller.KIND,
        resource_quota.KIND,
        secret.KIND,
        service_account.KIND,
        service.KIND,
    ]
)
