"""The admission chain: plugins in upstream's order, as a list that the dashboard draws.

In course mode the last word on a new pod is the controller manager's (`course_review`): the chain's own checks of
namespace, service account and quota then leave pods to it.
Models: pkg/kubeapiserver/options/plugins.go v1.37
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cluster.apiserver.admission import (
    course_review,
    default_toleration_seconds,
    namespace_lifecycle,
    node_restriction,
    priority,
    resource_quota,
    service_account,
    taint_nodes_by_condition,
)
from cluster.apiserver.admission.request import AdmissionRequest
from cluster.apiserver.config import COURSE, Config

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

Plugin = Callable[["ApiServer", AdmissionRequest], Awaitable[None]]
PLUGINS: tuple[tuple[str, Plugin], ...] = (
    ("NamespaceLifecycle", namespace_lifecycle.admit),
    ("ServiceAccount", service_account.admit),
    ("TaintNodesByCondition", taint_nodes_by_condition.admit),
    ("Priority", priority.admit),
    ("DefaultTolerationSeconds", default_toleration_seconds.admit),
    ("NodeRestriction", node_restriction.admit),
    ("CourseReview", course_review.admit),
    ("ResourceQuota", resource_quota.admit),
)


class AdmissionChain:
    """The plugins that one API server runs."""

    def __init__(self, config: Config, server: ApiServer) -> None:
        self.server = server
        course = config.admission_mode == COURSE
        self.plugins = [(name, plugin) for name, plugin in PLUGINS if course or name != "CourseReview"]

    def names(self) -> list[str]:
        return [name for name, _ in self.plugins]

    async def admit(self, request: AdmissionRequest) -> None:
        """Let every plugin look; ApiError from the first that refuses."""
        for _, plugin in self.plugins:
            await plugin(self.server, request)
