"""The admission chain: plugins in upstream's order, as a list that the dashboard draws.

A plugin that admits may change the object, before it is validated; one that approves may only refuse it, after. In
course mode the last word on a new pod is the controller manager's (`course_review`): the chain's own check of the
service account then leaves pods to it.
Models: pkg/kubeapiserver/options/plugins.go, apiserver/pkg/admission/chain.go v1.37
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from cluster.apiserver.admission import (
    certificates,
    course_review,
    default_ingress_class,
    default_storage_class,
    default_toleration_seconds,
    limit_ranger,
    mutating_policy,
    namespace_lifecycle,
    node_restriction,
    pod_topology_labels,
    priority,
    resource_quota,
    runtime_class,
    service_account,
    taint_nodes_by_condition,
    validating_policy,
    volume_claim_resize,
    webhooks,
)
from cluster.apiserver.admission.pod_security import plugin as pod_security
from cluster.apiserver.admission.request import AdmissionRequest
from cluster.apiserver.config import COURSE, Config

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

Step = Callable[["ApiServer", AdmissionRequest], Awaitable[None]]


class Plugin(NamedTuple):
    """`admit` runs before validation, `approve` after it. `kinds` are those that it looks at, None for all."""

    name: str
    admit: Step | None = None
    approve: Step | None = None
    kinds: frozenset[str] | None = None


POD, NODE = frozenset({"Pod"}), frozenset({"Node"})
CLAIM = frozenset({"PersistentVolumeClaim"})


PLUGINS = (
    Plugin("NamespaceLifecycle", namespace_lifecycle.admit),
    Plugin("LimitRanger", limit_ranger.admit, limit_ranger.approve, POD),
    Plugin("ServiceAccount", service_account.admit, kinds=POD),
    Plugin("TaintNodesByCondition", taint_nodes_by_condition.admit, kinds=NODE),
    Plugin("Priority", priority.admit, kinds=POD),
    Plugin("DefaultTolerationSeconds", default_toleration_seconds.admit, kinds=POD),
    Plugin("NodeRestriction", node_restriction.admit),
    Plugin("DefaultStorageClass", default_storage_class.admit, kinds=CLAIM),
    Plugin("PersistentVolumeClaimResize", approve=volume_claim_resize.approve, kinds=CLAIM),
    Plugin("RuntimeClass", runtime_class.admit, kinds=POD),
    Plugin("Certificates", certificates.admit, certificates.approve, frozenset({"CertificateSigningRequest"})),
    Plugin("DefaultIngressClass", default_ingress_class.admit, kinds=frozenset({"Ingress"})),
    Plugin("MutatingAdmissionPolicy", mutating_policy.admit),
    Plugin("MutatingAdmissionWebhook", webhooks.admit),
    Plugin("ValidatingAdmissionPolicy", approve=validating_policy.approve),
    Plugin("ValidatingAdmissionWebhook", approve=webhooks.approve),
    Plugin("PodTopologyLabels", pod_topology_labels.admit, kinds=POD),
    Plugin("PodSecurity", approve=pod_security.approve, kinds=POD | pod_security.CONTROLLERS),
    Plugin("CourseReview", approve=course_review.approve, kinds=POD),
    Plugin("ResourceQuota", approve=resource_quota.approve),
)


class AdmissionChain:
    """The plugins that one API server runs."""

    def __init__(self, config: Config, server: ApiServer) -> None:
        self.server = server
        off = config.disabled_plugins | (frozenset() if config.admission_mode == COURSE else {"CourseReview"})
        self.plugins = [plugin for plugin in PLUGINS if plugin.name not in off]
        self._steps: dict[str, tuple[list[Step], list[Step]]] = {}

    def names(self) -> list[str]:
        return [plugin.name for plugin in self.plugins]

    async def admit(self, request: AdmissionRequest) -> None:
        """Let every plugin change the object, once more when somebody's change asks for it; ApiError from the first that
        refuses."""
        steps = self._steps_for(request.kind.built_in)[0]
        for step in steps:
            await step(self.server, request)
        if request.reinvocation is not None and request.reinvocation.wanted:
            request.reinvocation.is_second = True
            for step in steps:
                await step(self.server, request)

    async def approve(self, request: AdmissionRequest) -> None:
        """Let every plugin look at the valid object; ApiError from the first that refuses."""
        for step in self._steps_for(request.kind.built_in)[1]:
            await step(self.server, request)

    def _steps_for(self, kind: str) -> tuple[list[Step], list[Step]]:
        """What admits and what approves an object of a kind."""
        found = self._steps.get(kind)
        if found is None:
            mine = [plugin for plugin in self.plugins if plugin.kinds is None or kind in plugin.kinds]
            admitting = [plugin.admit for plugin in mine if plugin.admit is not None]
            approving = [plugin.approve for plugin in mine if plugin.approve is not None]
            found = self._steps[kind] = (admitting, approving)
        return found
