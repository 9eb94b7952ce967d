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
    course_review,
    default_toleration_seconds,
    limit_ranger,
    namespace_lifecycle,
    node_restriction,
    pod_topology_labels,
    priority,
    resource_quota,
    service_account,
    taint_nodes_by_condition,
)
from cluster.apiserver.admission.request import AdmissionRequest
from cluster.apiserver.config import COURSE, Config

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

Step = Callable[["ApiServer", AdmissionRequest], Awaitable[None]]


class Plugin(NamedTuple):
    """`admit` runs before validation, `approve` after it."""

    name: str
    admit: Step | None = None
    approve: Step | None = None


PLUGINS = (
    Plugin("NamespaceLifecycle", namespace_lifecycle.admit),
    Plugin("LimitRanger", limit_ranger.admit, limit_ranger.approve),
    Plugin("ServiceAccount", service_account.admit),
    Plugin("TaintNodesByCondition", taint_nodes_by_condition.admit),
    Plugin("Priority", priority.admit),
    Plugin("DefaultTolerationSeconds", default_toleration_seconds.admit),
    Plugin("NodeRestriction", node_restriction.admit),
    Plugin("PodTopologyLabels", pod_topology_labels.admit),
    Plugin("CourseReview", approve=course_review.approve),
    Plugin("ResourceQuota", approve=resource_quota.approve),
)


class AdmissionChain:
    """The plugins that one API server runs."""

    def __init__(self, config: Config, server: ApiServer) -> None:
        self.server = server
        course = config.admission_mode == COURSE
        self.plugins = [plugin for plugin in PLUGINS if course or plugin.name != "CourseReview"]
        self._admitting = [plugin.admit for plugin in self.plugins if plugin.admit is not None]
        self._approving = [plugin.approve for plugin in self.plugins if plugin.approve is not None]

    def names(self) -> list[str]:
        return [plugin.name for plugin in self.plugins]

    async def admit(self, request: AdmissionRequest) -> None:
        """Let every plugin change the object; ApiError from the first that refuses."""
        for step in self._admitting:
            await step(self.server, request)

    async def approve(self, request: AdmissionRequest) -> None:
        """Let every plugin look at the valid object; ApiError from the first that refuses."""
        for step in self._approving:
            await step(self.server, request)
