"""The ReplicaSets of a deployment: made, annotated, scaled, cleaned up.

Models: pkg/controller/deployment/sync.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, EventRecorder
from cluster.client.rest import Client
from cluster.controllers.deployment.deployment_util import (
    DESIRED,
    HISTORY,
    MAX,
    REVISION,
    actual,
    available,
    limits,
    proportions,
    replicas,
    revision,
    set_for,
)


class Sync:
    """What the strategies do to ReplicaSets, each scaling told by an Event."""

    def __init__(self, client: Client, events: EventRecorder) -> None:
        self.client = client
        self.events = events

    async def ensure_new_set(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> Obj | None:
        latest = str(max([revision(each) for each in old], default=0) + 1)
        if new is None:
            new = await self._create(deployment, latest, old)
            if new is None:
                return None
        wanted = latest if revision(new) < int(latest) else str(revision(new))
        if (before := meta.annotations_of(new).get(REVISION)) != wanted:
            notes = {REVISION: wanted}
            if before:
                history = meta.annotations_of(new).get(HISTORY)
                notes[HISTORY] = f"{history},{before}" if history else before
            new = await self._annotate("ReplicaSet", new, notes)
        if meta.annotations_of(deployment).get(REVISION) != wanted:
            await self._annotate("Deployment", deployment, {REVISION: wanted}, "status")  # generation stays
        return new

    async def _create(self, deployment: Obj, number: str, old: list[Obj]) -> Obj | None:
        """The new set. Another's of its name is a collision of hashes: counted in the status, tried again with it."""
        wanted = set_for(deployment, number, old)
        try:
            new = await self.client.create("ReplicaSet", wanted, meta.namespace_of(deployment))
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            await self._resolve_collision(deployment, wanted)
            return None
        if replicas(new):
            text = f"Scaled up replica set {meta.name_of(new)} from 0 to {replicas(new)}"
            self.events.event(deployment, NORMAL, "ScalingReplicaSet", text)
        return new

    async def _resolve_collision(self, deployment: Obj, wanted: Obj) -> None:
        known = await self.client.get("ReplicaSet", meta.name_of(wanted), meta.namespace_of(deployment))
        if (meta.controller_of(known) or {}).get("uid") == deployment["metadata"]["uid"]:
            return
        count = ((deployment.get("status") or {}).get("collisionCount") or 0) + 1
        name, namespace = meta.name_of(deployment), meta.namespace_of(deployment)
        patch = {"status": {"collisionCount": count}}
        await self.client.patch("Deployment", name, patch, namespace, subresource="status")

    async def _annotate(self, kind: str, obj: Obj, notes: dict[str, str], subresource: str = "") -> Obj:
        patch = {"metadata": {"annotations": notes}}
        return await self.client.patch(kind, meta.name_of(obj), patch, meta.namespace_of(obj), subresource=subresource)

    async def resize(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> None:
        """The wanted count changed, or the roll-out is paused: the sets that run share the change. Models: sync.go scale"""
        active = [each for each in (*([new] if new else []), *old) if replicas(each)]
        if len(active) <= 1:
            only = active[0] if active else new
            if only is not None:
                await self.scale(deployment, only, deployment["spec"]["replicas"])
            return
        if new is not None and replicas(new) == deployment["spec"]["replicas"] == available(new):
            for each in old:
                await self.scale(deployment, each, 0)
        elif deployment["spec"]["strategy"]["type"] == "RollingUpdate":
            sizes = proportions(deployment, active)
            for each in active:
                await self.scale(deployment, each, sizes[meta.name_of(each)])

    async def scale(self, deployment: Obj, each: Obj, count: int) -> None:
        before = replicas(each)
        notes = {
            DESIRED: str(deployment["spec"]["replicas"]),
            MAX: str(deployment["spec"]["replicas"] + limits(deployment)[0]),
        }
        if before == count and all(meta.annotations_of(each).get(key) == value for key, value in notes.items()):
            return
        patch = {"metadata": {"annotations": notes}, "spec": {"replicas": count}}
        await self.client.patch("ReplicaSet", meta.name_of(each), patch, meta.namespace_of(each))
        if before != count:
            word = "up" if count > before else "down"
            text = f"Scaled {word} replica set {meta.name_of(each)} from {before} to {count}"
            self.events.event(deployment, NORMAL, "ScalingReplicaSet", text)

    async def clean_up(self, deployment: Obj, old: list[Obj]) -> None:
        keep = deployment["spec"].get("revisionHistoryLimit", 10)
        idle = sorted((each for each in old if not replicas(each) and not actual(each)), key=revision)
        for each in idle[: max(0, len(idle) - keep)]:
            await self.client.delete("ReplicaSet", meta.name_of(each), meta.namespace_of(each))
