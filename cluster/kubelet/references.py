"""What a pod needs of ConfigMaps and Secrets: volumes before its sandbox, environment before each container.

Only what a pod names is asked for, and only what is not optional. Models: pkg/kubelet/volumemanager, kubelet_pods.go
makeEnvironmentVariables v1.37. Simplified: the API token's own volume is taken to be
there. What volumes hold is written by `volumes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import WARNING

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker

FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.5, 122.0
TOKEN_VOLUME = "kube-api-access-"
Reference = tuple[str, str, str]
"""(kind, name, key or "")"""


class References:
    """Looks up what one pod refers to."""

    __slots__ = ("_failures", "worker")

    def __init__(self, worker: PodWorker) -> None:
        self.worker = worker
        self._failures = 0

    async def mounted(self) -> bool:
        """Are all volumes there? Says what is missing, and when to look again."""
        for volume in self.worker.pod["spec"].get("volumes") or ():
            if volume["name"].startswith(TOKEN_VOLUME):
                continue
            for reference in _of_volume(volume):
                if missing := await self._missing(reference):
                    self._failed(volume["name"], missing)
                    return False
        return True

    async def missing_of(self, container: Obj) -> str:
        """ "" when the container's environment can be made, else upstream's words."""
        for reference in _of_environment(container):
            if missing := await self._missing(reference):
                return missing
        return ""

    def _failed(self, volume: str, missing: str) -> None:
        text = f'MountVolume.SetUp failed for volume "{volume}" : {missing}'
        self.worker.tell(WARNING, "FailedMount", text)
        delay = min(FIRST_RETRY_SECONDS * 2**self._failures, LONGEST_RETRY_SECONDS)
        self._failures += 1
        self.worker.look_again(self.worker.clock.now() + delay)

    async def _missing(self, reference: Reference) -> str:
        kind, name, key = reference
        namespace = meta.namespace_of(self.worker.pod)
        try:
            found = await self.worker.kubelet.client.get(kind, name, namespace)
        except ApiError as error:
            if error.code != 404:
                raise
            return f'{kind.lower()} "{name}" not found'
        if key and key not in (found.get("data") or {}) and key not in (found.get("binaryData") or {}):
            return f"couldn't find key {key} in {kind} {namespace}/{name}"
        return ""


def _of_volume(volume: Obj) -> Iterator[Reference]:
    for field, kind, name in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        source = volume.get(field)
        if source and not source.get("optional"):
            yield kind, source[name], ""
    for source in (volume.get("projected") or {}).get("sources") or ():
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            found = source.get(field)
            if found and not found.get("optional"):
                yield kind, found["name"], ""


def _of_environment(container: Obj) -> Iterator[Reference]:
    for source in container.get("envFrom") or ():
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            found = source.get(field)
            if found and not found.get("optional"):
                yield kind, found["name"], ""
    for variable in container.get("env") or ():
        source = variable.get("valueFrom") or {}
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            found = source.get(field)
            if found and not found.get("optional"):
                yield kind, found["name"], found["key"]
