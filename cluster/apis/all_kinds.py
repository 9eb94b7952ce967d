"""All kinds that are served, in one table: `REGISTRY`. A new kind is a new module and a new line here.

The groups stand in the order in which discovery tells of them; the core group, told of first, stands last.
"""

from __future__ import annotations

from cluster.apis.apps import controller_revision, daemon_set, deployment, replica_set, stateful_set
from cluster.apis.authentication import self_subject_review, token_review
from cluster.apis.authorization import (
    local_subject_access_review,
    self_subject_access_review,
    self_subject_rules_review,
    subject_access_review,
)
from cluster.apis.batch import cron_job, job
from cluster.apis.coordination import lease
from cluster.apis.core import (
    binding,
    config_map,
    endpoints,
    event,
    limit_range,
    namespace,
    node,
    pod,
    replication_controller,
    resource_quota,
    secret,
    service,
    service_account,
)
from cluster.apis.discovery import endpoint_slice
from cluster.apis.events import event as events_event
from cluster.apis.policy import pod_disruption_budget
from cluster.apis.rbac import cluster_role, cluster_role_binding, role, role_binding
from cluster.apis.registry import Registry
from cluster.apis.scheduling import priority_class

REGISTRY = Registry(
    [
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
        cron_job.KIND,
        job.KIND,
        pod_disruption_budget.KIND,
        cluster_role_binding.KIND,
        cluster_role.KIND,
        role_binding.KIND,
        role.KIND,
        priority_class.KIND,
        lease.KIND,
        endpoint_slice.KIND,
        binding.KIND,
        config_map.KIND,
        endpoints.KIND,
        event.KIND,
        limit_range.KIND,
        namespace.KIND,
        node.KIND,
        pod.KIND,
        replication_controller.KIND,
        resource_quota.KIND,
        secret.KIND,
        service_account.KIND,
        service.KIND,
    ]
)
