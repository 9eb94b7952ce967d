"""Which claims a pod mounts; pure.

Models: component-helpers/storage/ephemeral/ephemeral.go, pkg/controller/volume/common/common.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.informer import Informer

FINISHED = ("Succeeded", "Failed")


def name_for(pod: Obj, volume: Obj) -> str:
    """The claim that one of a pod's volumes stands for, "" for none; a claim of its own has the pod's name in it."""
    if (source := volume.get("persistentVolumeClaim")) is not None:
        return str(source["claimName"])
    return f"{meta.name_of(pod)}-{volume['name']}" if volume.get("ephemeral") is not None else ""


def keys_of(pod: Obj) -> list[str]:
    """An index: the keys of the claims that a pod mounts. Asked at every change of every pod, most of which have none."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if ("persistentVolumeClaim" in volume or "ephemeral" in volume) and (name := name_for(pod, volume)):
            found.append(f"{meta.namespace_of(pod)}/{name}")
    return found


def index(pods: Informer) -> None:
    """What `users` looks pods up by."""
    pods.add_index("claim", keys_of)


def users(pods: Informer, claim_key: str) -> Iterator[Obj]:
    """The pods on nodes that mount a claim and have not ended."""
    for pod in pods.by_index("claim", claim_key):
        if is_user(pod):
            yield pod


def is_user(pod: Obj) -> bool:
    """Has a kubelet the pod's volumes, or will it have them?"""
    return bool(pod["spec"].get("nodeName")) and (pod.get("status") or {}).get("phase") not in FINISHED
