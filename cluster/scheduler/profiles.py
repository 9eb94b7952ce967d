"""Which plugins run, in upstream's order and weights. Models: apis/config/v1/default_plugins.go v1.37"""

from __future__ import annotations

from cluster.scheduler.framework import FilterPlugin, ScorePlugin
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.node_name import NodeName
from cluster.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from cluster.scheduler.plugins.node_resources_fit import NodeResourcesFit
from cluster.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster.scheduler.plugins.pod_topology_spread import PodTopologySpread
from cluster.scheduler.plugins.taint_toleration import TaintToleration

DEFAULT_SCHEDULER = "default-scheduler"
FILTERS: tuple[FilterPlugin, ...] = (
    NodeUnschedulable(),
    NodeName(),
    TaintToleration(),
    NodeAffinity(),
    NodeResourcesFit(),
)
SCORES: tuple[ScorePlugin, ...] = (
    TaintToleration(),
    NodeAffinity(),
    NodeResourcesFit(),
    PodTopologySpread(),
    NodeResourcesBalancedAllocation(),
)
