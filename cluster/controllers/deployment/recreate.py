"""Recreate: the old pods go first, all of them, then the new ones come. Models: pkg/controller/deployment/recreate.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.client.informer import Informer
from cluster.controllers.deployment.deployment_util import actual, replicas
from cluster.controllers.deployment.sync import Sync


def still_there(old: list[Obj], pods: Informer) -> bool:
    """Do pods of old sets still run, or end, which a Recreate waits for? Models: oldPodsRunning"""
    if any(replicas(each) or actual(each) for each in old):
        return True
    found = [pod for each in old for pod in pods.by_index("owner", each["metadata"]["uid"])]
    return any((pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed") for pod in found)


async def scale_down(sync: Sync, deployment: Obj, old: list[Obj]) -> None:
    for each in old:
        await sync.scale(deployment, each, 0)


async def scale_up(sync: Sync, deployment: Obj, new: Obj) -> None:
    await sync.scale(deployment, new, deployment["spec"]["replicas"])
