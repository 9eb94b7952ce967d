"""What a plugin is: a name and the extension points that it has.

A filter is made ready once a cycle (`pre_filter`) and then asked of each node; one that has nothing to say of a pod
answers None and is skipped. Scores work alike. A plugin whose answer depends on the pod's shape and the one node alone
is `local`: the cycle remembers its answers until the node changes.
Models: staging/src/k8s.io/kube-scheduler/framework/interface.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.pod_info import PodInfo

MOST = 100

NODE_ADD, NODE_ALLOCATABLE, NODE_LABEL, NODE_TAINT, NODE_DELETE = (
    "Node/Add", "Node/UpdateAllocatable", "Node/UpdateLabel", "Node/UpdateTaint", "Node/Delete",
)  # fmt: skip
POD_ADD, POD_LABEL, POD_DELETE = "AssignedPod/Add", "AssignedPod/UpdateLabel", "AssignedPod/Delete"
ITSELF = "UnscheduledPod/Update"
CLAIM, VOLUME, CLASS = "PersistentVolumeClaim/Update", "PersistentVolume/Update", "StorageClass/Add"
CSI_NODE = "CSINode/Update"


class PodRefused(Exception):
    """No node will do, whichever it is: what `pre_filter` raises. `message` is told as it is, without a count."""

    def __init__(self, plugin: str, message: str) -> None:
        super().__init__(message)
        self.plugin = plugin
        self.message = message


class Refusal(NamedTuple):
    """Why a node can't take a pod. `resolvable`: taking other pods off the node could help."""

    plugin: str
    reasons: tuple[str, ...]
    resolvable: bool


Filter = Callable[[NodeInfo], Refusal | None]
Score = Callable[[NodeInfo], int]


class FilterPlugin(Protocol):
    """Says which nodes can take a pod. `events` are what may turn its refusal into a yes."""

    name: str
    local: bool
    events: frozenset[str]

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None: ...


class ScorePlugin(Protocol):
    """Says how well feasible nodes suit: `pre_score` gives the raw score of each, `normalise` brings them to 0..100."""

    name: str
    weight: int
    local: bool

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None: ...

    def normalise(self, scores: list[int]) -> list[int]: ...


class PreEnqueuePlugin(Protocol):
    """Keeps a pod out of the queue: the reason, "" when it may enter."""

    name: str

    def pre_enqueue(self, pod: dict[str, object]) -> str: ...


def normalised(scores: list[int], *, reverse: bool = False) -> list[int]:
    """Scores stretched to 0..100. Models: pkg/scheduler/framework/plugins/helper/normalize_score.go"""
    highest = max(scores, default=0)
    if highest == 0:
        return [MOST if reverse else 0] * len(scores)
    stretched = [score * MOST // highest for score in scores]
    return [MOST - score for score in stretched] if reverse else stretched
