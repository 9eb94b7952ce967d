"""The admission chain: plugins in upstream's order, as a list that the dashboard draws.

A plugin that admits may change the object, before it is validated; one that approves may only refuse it, after. In
course mode the last word on a new pod is the controller manager's (`course_review`): the chain's own check of the
service account then leaves pods to it.
Models: pkg/kubeapiserver/options/plugins.go, apiserver/pkg/admission/chain.go v1.37
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
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
Steps = list[tuple[Step, Mapping[str, object] | None]]
"""What a plugin does, and the objects that tell it what to do; None where it needs none."""


class Plugin(NamedTuple):
    """`admit` runs before validation, `approve` after it. `kinds` are those that it looks at, None for all; `rules` is
    the kind that tells it what to do: while there is no object of it, the plugin has nothing to do and is not asked."""

    name: str
    admit: Step | None = None
    approve: Step | None = None
    kinds: frozenset[str] | None = None
    rules: str = ""


POD, NODE = frozenset({"Pod"}), frozenset({"Node"})
CLAIM = frozenset({"PersistentVolumeClaim"})


PLUGINS = (
    Plugin("NamespaceLifecycle", namespace_lifecycle.admit),
    Plugin("LimitRanger", limit_ranger.admit, limit_ranger.approve, POD),
    Plugin("ServiceAccount", service_account.admit, kinds=POD),
    Plugin("TaintNodesByCondition", taint_nodes_by_condition.admit, kinds=NODE),
    Plugin("Priority", priority.admit, kinds=POD),
    Plugin("DefaultTolerationSeconds", default_toleration_seconds.admit, kinds=POD),
    Plugin("NodeRestriction", node_restriction.admit, kinds=node_restriction.KINDS),
    Plugin("DefaultStorageClass", default_storage_class.admit, kinds=CLAIM),
    Plugin("PersistentVolumeClaimResize", approve=volume_claim_resize.approve, kinds=CLAIM),
    Plugin("RuntimeClass", runtime_class.admit, kinds=POD),
    Plugin("Certificates", certificates.admit, certificates.approve, frozenset({"CertificateSigningRequest"})),
    Plugin("DefaultIngressClass", default_ingress_class.admit, kinds=frozenset({"Ingress"})),
    Plugin("MutatingAdmissionPolicy", mutating_policy.admit, rules=mutating_policy.BINDING),
    Plugin("MutatingAdmissionWebhook", webhooks.admit, rules=webhooks.MUTATING),
    Plugin("ValidatingAdmissionPolicy", approve=validating_policy.approve, rules=validating_policy.BINDING),
    Plugin("ValidatingAdmissionWebhook", approve=webhooks.approve, rules=webhooks.VALIDATING),
    Plugin("PodTopologyLabels", pod_topology_labels.admit, kinds=POD),
    Plugin("PodSecurity", approve=pod_security.approve, kinds=POD | pod_security.CONTROLLERS),
    Plugin("CourseReview", approve=course_review.approve, kinds=POD),
    Plugin("ResourceQuota", approve=resource_quota.approve, rules="ResourceQuota"),
)


class AdmissionChain:
    """The plugins that one API server runs."""

    def __init__(self, config: Config, server: ApiServer) -> None:
        self.server = server
        off = config.disabled_plugins | (frozenset() if config.admission_mode == COURSE else {"CourseReview"})
        self.plugins = [plugin for plugin in PLUGINS if plugin.name not in off]
        self._steps: dict[str, tuple[Steps, Steps]] = {}

    def names(self) -> list[str]:
        return [plugin.name for plugin in self.plugins]

    async def admit(self, request: AdmissionRequest) -> None:
        """Let every plugin change the object, once more when somebody's change asks for it; ApiError from the first that
        refuses."""
        steps = self._steps_for(request.kind.built_in)[0]
        await self._take(steps, request)
        if request.reinvocation is not None and request.reinvocation.wanted:
            request.reinvocation.is_second = True
            await self._take(steps, request)

    async def approve(self, request: AdmissionRequest) -> None:
        """Let every plugin look at the valid object; ApiError from the first that refuses."""
        await self._take(self._steps_for(request.kind.built_in)[1], request)

    async def _take(self, steps: Steps, request: AdmissionRequest) -> None:
        for step, rules in steps:
            if rules is None or rules:
                await step(self.server, request)

    def _steps_for(self, kind: str) -> tuple[Steps, Steps]:
        """What admits and what approves an object of a kind."""
        found = self._steps.get(kind)
        if found is None:
            mine = [plugin for plugin in self.plugins if plugin.kinds is None or kind in plugin.kinds]
            admitting = [(plugin.admit, self._rules_of(plugin)) for plugin in mine if plugin.admit is not None]
            approving = [(plugin.approve, self._rules_of(plugin)) for plugin in mine if plugin.approve is not None]
            found = self._steps[kind] = (admitting, approving)
        return found

    def _rules_of(self, plugin: Plugin) -> Mapping[str, object] | None:
        return self.server.cache.named(plugin.rules).items if plugin.rules else None
