"""All kinds that are served, in one table: `REGISTRY`. A new kind is a new line here and its module."""

from __future__ import annotations

from cluster.apis.apps import deployment, replicas
from cluster.apis.authentication import reviews as authentication_reviews
from cluster.apis.authorization import reviews as authorization_reviews
from cluster.apis.coordination import lease
from cluster.apis.core import config, event, namespace, node, pod, resource_quota, service, service_account
from cluster.apis.discovery import endpoint_slice
from cluster.apis.rbac import roles
from cluster.apis.registry import Registry
from cluster.apis.scheduling import priority_class

REGISTRY = Registry(
    [
        config.CONFIG_MAP,
        event.KIND,
        namespace.KIND,
        node.KIND,
        pod.KIND,
        replicas.REPLICATION_CONTROLLER,
        resource_quota.KIND,
        config.SECRET,
        service_account.KIND,
        service.KIND,
        deployment.KIND,
        replicas.REPLICA_SET,
        authentication_reviews.SELF_SUBJECT_REVIEW,
        authentication_reviews.TOKEN_REVIEW,
        authorization_reviews.LOCAL_SUBJECT_ACCESS_REVIEW,
        authorization_reviews.SELF_SUBJECT_ACCESS_REVIEW,
        authorization_reviews.SELF_SUBJECT_RULES_REVIEW,
        authorization_reviews.SUBJECT_ACCESS_REVIEW,
        lease.KIND,
        endpoint_slice.KIND,
        roles.CLUSTER_ROLE_BINDING,
        roles.CLUSTER_ROLE,
        roles.ROLE_BINDING,
        roles.ROLE,
        priority_class.KIND,
    ]
)
