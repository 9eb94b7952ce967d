"""The chain: upstream's order, the course's review in course mode only."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.admission import chain
from cluster.apiserver.config import COURSE, UPSTREAM

ORDER = [
    "NamespaceLifecycle", "LimitRanger", "ServiceAccount", "TaintNodesByCondition", "Priority",
    "DefaultTolerationSeconds", "NodeRestriction", "DefaultStorageClass", "PersistentVolumeClaimResize", "RuntimeClass",
    "Certificates", "DefaultIngressClass", "MutatingAdmissionPolicy", "MutatingAdmissionWebhook",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook", "PodTopologyLabels", "PodSecurity", "CourseReview", "ResourceQuota",
]  # fmt: skip


class Mode:
    def __init__(self, mode: str, *disabled: str) -> None:
        self.admission_mode = mode
        self.disabled_plugins = frozenset(disabled)


@pytest.mark.parametrize(
    ("mode", "names"), [(COURSE, ORDER), (UPSTREAM, [name for name in ORDER if name != "CourseReview"])]
)
def test_the_plugins_and_their_order(mode: str, names: list[str]) -> None:
    config: Any = Mode(mode)
    server: Any = None
    assert chain.AdmissionChain(config, server).names() == names


def test_quota_has_the_last_word() -> None:
    assert chain.PLUGINS[-1].name == "ResourceQuota"
    assert chain.PLUGINS[-1].admit is None
