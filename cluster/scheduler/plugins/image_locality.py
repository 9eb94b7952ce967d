"""ImageLocality: nodes that have the images. Models: framework/plugins/imagelocality/image_locality.go v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import MOST, Score
from cluster.scheduler.pod_info import PodInfo

NAME = "ImageLocality"
MEGABYTE = 1024 * 1024
LEAST_BYTES, MOST_BYTES_A_CONTAINER = 23 * MEGABYTE, 1000 * MEGABYTE


class ImageLocality:
    """Score. An image that few nodes have counts less, lest all its pods gather there."""

    name = NAME
    weight = 1
    local = False

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        spec = pod.pod["spec"]
        containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
        names = [with_tag(container.get("image") or "") for container in containers]
        total = len(cache.listed)
        spread = [(name, cache.images[name] / total) for name in names if cache.images[name] > 0]
        if not spread:
            return None
        least, most = LEAST_BYTES, MOST_BYTES_A_CONTAINER * len(names)

        def locality(node: NodeInfo) -> int:
            found = sum(int(node.images[name] * share) for name, share in spread if name in node.images)
            return MOST * (min(max(found, least), most) - least) // (most - least)

        return locality

    def normalise(self, scores: list[int]) -> list[int]:
        return scores


def with_tag(image: str) -> str:
    """`nginx` is `nginx:latest`."""
    return image if ":" in image.rpartition("/")[2] else f"{image}:latest"
