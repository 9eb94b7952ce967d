"""Which plugins run, in upstream's order and weights. Models: apis/config/v1/default_plugins.go v1.37"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.scheduler.framework import FilterPlugin, PreEnqueuePlugin, ScorePlugin
from cluster.scheduler.plugins.image_locality import ImageLocality
from cluster.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.node_name import NodeName
from cluster.scheduler.plugins.node_ports import NodePorts
from cluster.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from cluster.scheduler.plugins.node_resources_fit import NodeResourcesFit
from cluster.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from cluster.scheduler.plugins.pod_topology_spread import PodTopologySpread
from cluster.scheduler.plugins.scheduling_gates import SchedulingGates
from cluster.scheduler.plugins.taint_toleration import TaintToleration
from cluster.scheduler.plugins.volume_binding import VolumeBinding
from cluster.scheduler.plugins.volume_restrictions import VolumeRestrictions
from cluster.scheduler.plugins.volume_zone import VolumeZone

DEFAULT_SCHEDULER = "default-scheduler"


@dataclass(frozen=True)
class Profile:
    """The plugins of one scheduler name, by extension point."""

    name: str
    pre_enqueue: tuple[PreEnqueuePlugin, ...]
    filters: tuple[FilterPlugin, ...]
    scores: tuple[ScorePlugin, ...]

    def helps(self, event: str, plugins: frozenset[str]) -> bool:
        """May an event turn the refusal of one of these plugins into a yes? Without any plugin, every event may."""
        return not plugins or any(event in each.events for each in self.filters if each.name in plugins)


DEFAULT_PROFILE = Profile(
    DEFAULT_SCHEDULER,
    (SchedulingGates(),),
    (
        NodeUnschedulable(),
        NodeName(),
        TaintToleration(),
        NodeAffinity(),
        NodePorts(),
        NodeResourcesFit(),
        VolumeRestrictions(),
        NodeVolumeLimits(),
        VolumeBinding(),
        VolumeZone(),
        PodTopologySpread(),
        InterPodAffinity(),
    ),
    (
        TaintToleration(),
        NodeAffinity(),
        NodeResourcesFit(),
        NodeResourcesBalancedAllocation(),
        PodTopologySpread(),
        InterPodAffinity(),
        ImageLocality(),
    ),
)
