"""RollingUpdate: new pods come and old ones go within maxSurge and maxUnavailable.

Models: pkg/controller/deployment/rolling.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.deployment.deployment_util import available, limits, replicas
from cluster.controllers.deployment.sync import Sync


async def roll(sync: Sync, deployment: Obj, new: Obj, old: list[Obj]) -> None:
    """One step: the new set to its size, or else the old ones smaller."""
    wanted = deployment["spec"]["replicas"]
    surge, unavailable = limits(deployment)
    total = replicas(new) + sum(replicas(each) for each in old)
    if replicas(new) > wanted:
        await sync.scale(deployment, new, wanted)
    elif replicas(new) < wanted and (room := wanted + surge - total) > 0:
        await sync.scale(deployment, new, min(wanted, replicas(new) + room))
    else:
        active = sorted((each for each in old if replicas(each)), key=_age)
        sizes = shrunk(new, active, wanted - unavailable)
        for each in active:
            if sizes[meta.name_of(each)] != replicas(each):
                await sync.scale(deployment, each, sizes[meta.name_of(each)])


def shrunk(new: Obj, active: list[Obj], fewest: int) -> dict[str, int]:
    """Old set's name → its next size, as far as availability allows; pods that are not ready go first.

    Models: reconcileOldReplicaSets
    """
    sizes = {meta.name_of(each): replicas(each) for each in active}
    total = replicas(new) + sum(sizes.values())
    spare = total - fewest - (replicas(new) - available(new))
    if spare <= 0:
        return sizes
    for each in active:
        unhealthy = max(0, min(replicas(each) - available(each), spare))
        sizes[meta.name_of(each)] -= unhealthy
        spare -= unhealthy
    spare = sum(_staying(each) for each in (new, *active)) - fewest
    for each in active:
        count = max(0, min(sizes[meta.name_of(each)], spare))
        sizes[meta.name_of(each)] -= count
        spare -= count
    return sizes


def _staying(each: Obj) -> int:
    """Available pods that stay: of a set that was made smaller just now, the status may tell of more (upstream counts those,
    and may then end too many)."""
    return min(available(each), replicas(each))


def _age(each: Obj) -> str:
    return each["metadata"]["creationTimestamp"]  # type: ignore[no-any-return]  # times are strings
