"""What a pod's volumes hold: written to the node's disk before its containers start, and again when a source changed.

ConfigMaps, Secrets, the downward API and projections are contents; an emptyDir is an empty folder of the pod, a hostPath
the machine's own, a claim its PersistentVolume's, which outlives the pod. Contents are looked at anew once a minute or a
little later, as by upstream's pod workers. Simplified: no token is minted (a projected one's file is not there).
Models: pkg/volume/{configmap,secret,downwardapi,projected,emptydir,hostpath}, pkg/volume/util/atomic_writer.go v1.37
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker

SYNC_SECONDS, SYNC_JITTER_SECONDS = 60.0, 30.0
ROOT = "/var/lib/kubelet/pods"
CONTENTS = ("configMap", "secret", "downwardAPI", "projected")


class Volumes:
    """Fills one pod's volumes."""

    __slots__ = ("_claims", "_next", "_written", "worker")

    def __init__(self, worker: PodWorker) -> None:
        self.worker = worker
        self._written: dict[str, dict[str, str]] = {}
        self._claims: dict[str, str] = {}
        self._next = 0.0

    @property
    def _with_contents(self) -> list[Obj]:
        volumes = self.worker.pod["spec"].get("volumes") or ()
        return [each for each in volumes if any(kind in each for kind in CONTENTS)]

    async def fill(self) -> None:
        """Write what differs from what was written; asks to be called again when a volume has contents."""
        clock = self.worker.clock
        if clock.now() < self._next:
            self.worker.look_again(self._next)
            return
        found = {each["name"]: await self._contents(each) for each in self._with_contents}
        for name, files in found.items():
            if self._written.get(name) != files:
                body = {"path": self._path(name), "files": files}
                await self.worker.runtime.call("WriteVolume", body)
                self._written[name] = files
        if any(found.values()):
            self._next = clock.now() + SYNC_SECONDS + clock.random.uniform(0, SYNC_JITTER_SECONDS)
            self.worker.look_again(self._next)

    async def mounts(self, container: Obj) -> list[Obj]:
        """CRI's mounts of a container."""
        volumes = {each["name"]: each for each in self.worker.pod["spec"].get("volumes") or ()}
        found = []
        for each in container.get("volumeMounts") or ():
            volume = volumes.get(each["name"])
            if volume is None:
                continue
            read_only = bool(each.get("readOnly")) or any(kind in volume for kind in CONTENTS)
            mount = {
                "containerPath": each["mountPath"],
                "hostPath": await self._place(volume),
                "readonly": read_only,
                "subPath": each.get("subPath", ""),
            }
            found.append(mount)
        return found

    def _path(self, name: str) -> str:
        return f"{ROOT}/{meta.uid_of(self.worker.pod)}/volumes/{name}"

    async def _place(self, volume: Obj) -> str:
        """Where on the machine a volume lies; a PersistentVolume's content is the cluster's (`pv:<name>`)."""
        if "hostPath" in volume:
            return str(volume["hostPath"]["path"])
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
        if "ephemeral" in volume:
            claim = f"{meta.name_of(self.worker.pod)}-{volume['name']}"
        if not claim:
            return self._path(volume["name"])
        if claim not in self._claims:
            self._claims[claim] = await self._of_claim(claim)
        return self._claims[claim]

    async def _of_claim(self, claim: str) -> str:
        client = self.worker.kubelet.client
        found = await self._get("PersistentVolumeClaim", claim)
        name = found["spec"].get("volumeName", "") if found else ""
        if not name:
            return self._path(claim)
        try:
            spec = (await client.get("PersistentVolume", name))["spec"]
        except ApiError as error:
            if error.code != 404:
                raise
            return f"pv:{name}"
        return str(spec["hostPath"]["path"]) if "hostPath" in spec else f"pv:{name}"

    # --- contents --------------------------------------------------------------------------------------------------

    async def _contents(self, volume: Obj) -> dict[str, str]:
        if "projected" in volume:
            files: dict[str, str] = {}
            for source in volume["projected"].get("sources") or ():
                files |= await self._source(source)
            return files
        return await self._source(volume)

    async def _source(self, source: Obj) -> dict[str, str]:
        if (config := source.get("configMap")) is not None:
            return await self._keys("ConfigMap", config["name"], config)
        if (secret := source.get("secret")) is not None:
            return await self._keys("Secret", secret.get("secretName") or secret.get("name", ""), secret)
        if (downward := source.get("downwardAPI")) is not None:
            return self._downward(downward)
        return {}

    async def _keys(self, kind: str, name: str, source: Obj) -> dict[str, str]:
        found = await self._get(kind, name) or {}
        texts = dict(data_of(found))
        items = source.get("items")
        if not items:
            return texts
        return {each["path"]: texts[each["key"]] for each in items if each["key"] in texts}

    def _downward(self, source: Obj) -> dict[str, str]:
        files = {}
        for each in source.get("items") or ():
            if "fieldRef" in each:
                files[each["path"]] = field_of(self.worker.pod, each["fieldRef"]["fieldPath"])
        return files

    async def _get(self, kind: str, name: str) -> Obj | None:
        try:
            return await self.worker.kubelet.client.get(kind, name, meta.namespace_of(self.worker.pod))
        except ApiError as error:
            if error.code not in (403, 404):
                raise
            return None


def data_of(found: Obj) -> dict[str, str]:
    """A ConfigMap's or a Secret's keys as texts; bytes that are no UTF-8 become a character each."""
    data = found.get("data") or {}
    if "type" in found:  # only Secrets have one
        return {key: _decoded(value) for key, value in data.items()}
    binary = {key: _decoded(value) for key, value in (found.get("binaryData") or {}).items()}
    return {**data, **binary}


def _decoded(value: str) -> str:
    raw = base64.b64decode(value)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def field_of(pod: Obj, path: str) -> str:
    """The downward API's fields. Models: pkg/fieldpath/fieldpath.go"""
    metadata, status = pod["metadata"], pod.get("status") or {}
    for name in ("labels", "annotations"):
        if path == f"metadata.{name}":
            return "\n".join(f'{key}="{value}"' for key, value in sorted((metadata.get(name) or {}).items()))
        if path.startswith(f"metadata.{name}['"):
            return str((metadata.get(name) or {}).get(path[len(f"metadata.{name}['") : -2], ""))
    if path == "status.podIPs":
        return ",".join(each["ip"] for each in status.get("podIPs") or ())
    known = {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata["namespace"],
        "metadata.uid": metadata["uid"],
        "spec.nodeName": pod["spec"].get("nodeName", ""),
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName", "default"),
        "status.hostIP": status.get("hostIP", ""),
        "status.podIP": status.get("podIP", ""),
    }
    return str(known.get(path, ""))
