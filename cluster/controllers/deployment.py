"""The deployment loop: rolls a template out by way of ReplicaSets.

Watches Deployments and ReplicaSets · creates and scales ReplicaSets, writes status · the story goes on in `replicaset`.
Models: pkg/controller/deployment/{deployment_controller,sync,rolling,recreate,progress}.go v1.37
Simplified: the pod-template-hash is FNV-1a of the template's canonical JSON (upstream hashes Go's dump of it).
"""

from __future__ import annotations

import orjson

from cluster.apimachinery import labels, meta, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL
from cluster.client.informer import owner_uids
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers import rollout
from cluster.controllers.loop import DONE, Loop, Result
from cluster.controllers.rollout import DESIRED, MAX, calculate_status, limits

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
UNCOPIED = (
    REVISION,
    DESIRED,
    MAX,
    "kubectl.kubernetes.io/last-applied-configuration",
    HISTORY,
    "deprecated.deployment.rollback.to",
)


class DeploymentLoop(Loop):
    """Brings Deployments to their template and count."""

    name = "deployment"
    source = "deployment-controller"

    def watch(self) -> None:
        self.deployments = self.informers.informer("Deployment")
        self.sets = self.informers.informer("ReplicaSet")
        self.sets.add_index("owner", owner_uids)
        self.sets.add_index("orphan", lambda each: [] if meta.controller_of(each) else [meta.namespace_of(each)])
        self.pods = self.informers.informer("Pod")
        self.pods.add_index("owner", owner_uids)
        self.pods.add_handler(self.on_pod)
        self.deployments.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.sets.add_handler(self.enqueuing(_deployment_keys))

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """A pod has gone: a Recreate may have waited for it."""
        owner = meta.controller_of(old or {"metadata": {}}) if type == DELETED else None
        if owner is not None and owner["kind"] == "ReplicaSet" and old is not None:
            found = self.sets.get(owner["name"], meta.namespace_of(old))
            for key in _deployment_keys(found) if found else ():
                self.queue.add(key)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 claim sets · 3 paused or scaled: resize · 4 roll out, recreate or in turn · 5 status."""
        found = self.deployments.store.get(key)
        if found is None:
            return DONE
        deployment = {"apiVersion": "apps/v1", "kind": "Deployment", **found}
        owned = await self._claim(deployment)
        new = _new_set(deployment, owned)
        old = [each for each in owned if new is None or each["metadata"]["uid"] != new["metadata"]["uid"]]
        if meta.is_being_deleted(found):
            return await self._write_status(deployment, new, old)
        if deployment["spec"].get("paused") or rollout.is_scaling(deployment, owned):
            await self._resize(deployment, new, old)
        elif deployment["spec"]["strategy"]["type"] == "Recreate" and self._still_there(old):
            for each in old:
                await self._scale(deployment, each, 0)
        else:
            new = await self._ensure_new_set(deployment, new, old)
            if new is not None:
                await self._roll(deployment, new, old)
                await self._clean_up(deployment, new, old)
        return await self._write_status(deployment, new, old)

    async def _claim(self, deployment: Obj) -> list[Obj]:
        """Its sets, after adopting those that match and nobody owns. Models: getReplicaSetsForDeployment"""
        owned = self.sets.by_index("owner", deployment["metadata"]["uid"])
        if meta.is_being_deleted(deployment):
            return owned
        selector = labels.from_label_selector(deployment["spec"].get("selector"))
        for each in self.sets.by_index("orphan", meta.namespace_of(deployment)):
            if selector.matches(meta.labels_of(each)) and not meta.is_being_deleted(each):
                patch = {
                    "metadata": {
                        "ownerReferences": [meta.controller_reference(deployment)],
                        "uid": each["metadata"]["uid"],
                    }
                }
                owned.append(await self.client.patch("ReplicaSet", meta.name_of(each), patch, meta.namespace_of(each)))
        return owned

    def _still_there(self, old: list[Obj]) -> bool:
        """Do pods of old sets still run, or end, which a Recreate waits for? Models: recreate.go oldPodsRunning"""
        if any(_replicas(each) or _actual(each) for each in old):
            return True
        pods = [pod for each in old for pod in self.pods.by_index("owner", each["metadata"]["uid"])]
        return any((pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed") for pod in pods)

    async def _resize(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> None:
        """The wanted count changed, or the roll-out is paused: the sets that run share the change. Models: sync.go scale"""
        active = [each for each in (*([new] if new else []), *old) if _replicas(each)]
        if len(active) <= 1:
            only = active[0] if active else new
            if only is not None:
                await self._scale(deployment, only, deployment["spec"]["replicas"])
            return
        if new is not None and _replicas(new) == deployment["spec"]["replicas"] == _available(new):
            for each in old:
                await self._scale(deployment, each, 0)
        elif deployment["spec"]["strategy"]["type"] == "RollingUpdate":
            sizes = rollout.proportions(deployment, active)
            for each in active:
                await self._scale(deployment, each, sizes[meta.name_of(each)])

    # --- the new ReplicaSet ----------------------------------------------------------------------------------------

    async def _ensure_new_set(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> Obj | None:
        revision = str(max([_revision(each) for each in old], default=0) + 1)
        if new is None:
            new = await self._create(deployment, revision, old)
            if new is None:
                return None
        wanted = revision if _revision(new) < int(revision) else str(_revision(new))
        if (before := meta.annotations_of(new).get(REVISION)) != wanted:
            notes = {REVISION: wanted}
            if before:
                history = meta.annotations_of(new).get(HISTORY)
                notes[HISTORY] = f"{history},{before}" if history else before
            new = await self._annotate("ReplicaSet", new, notes)
        if meta.annotations_of(deployment).get(REVISION) != wanted:
            await self._annotate("Deployment", deployment, {REVISION: wanted}, "status")  # generation stays
        return new

    async def _create(self, deployment: Obj, revision: str, old: list[Obj]) -> Obj | None:
        """The new set. Another's of its name is a collision of hashes: counted in the status, tried again with it."""
        wanted = _set_for(deployment, revision, old)
        try:
            new = await self.client.create("ReplicaSet", wanted, meta.namespace_of(deployment))
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            await self._resolve_collision(deployment, wanted)
            return None
        if _replicas(new):
            text = f"Scaled up replica set {meta.name_of(new)} from 0 to {_replicas(new)}"
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

    # --- rolling ---------------------------------------------------------------------------------------------------

    async def _roll(self, deployment: Obj, new: Obj, old: list[Obj]) -> None:
        wanted = deployment["spec"]["replicas"]
        if deployment["spec"]["strategy"]["type"] == "Recreate":
            await self._scale(deployment, new, wanted)
            return
        surge, unavailable = limits(deployment)
        total = _replicas(new) + sum(_replicas(each) for each in old)
        if _replicas(new) > wanted:
            await self._scale(deployment, new, wanted)
            return
        if _replicas(new) < wanted and (room := wanted + surge - total) > 0:
            await self._scale(deployment, new, min(wanted, _replicas(new) + room))
            return
        await self._shrink_old(deployment, new, old, wanted - unavailable)

    async def _shrink_old(self, deployment: Obj, new: Obj, old: list[Obj], fewest: int) -> None:
        """Old pods go as far as availability allows; those that are not ready first."""
        active = sorted(
            (each for each in old if _replicas(each)), key=lambda each: each["metadata"]["creationTimestamp"]
        )
        if not active:
            return
        total = _replicas(new) + sum(_replicas(each) for each in active)
        spare = total - fewest - (_replicas(new) - _available(new))
        if spare <= 0:
            return
        sizes = {meta.name_of(each): _replicas(each) for each in active}
        for each in active:
            unhealthy = max(0, min(_replicas(each) - _available(each), spare))
            sizes[meta.name_of(each)] -= unhealthy
            spare -= unhealthy
        spare = sum(_available(each) for each in (new, *active)) - fewest
        for each in active:
            count = max(0, min(sizes[meta.name_of(each)], spare))
            sizes[meta.name_of(each)] -= count
            spare -= count
        for each in active:
            if sizes[meta.name_of(each)] != _replicas(each):
                await self._scale(deployment, each, sizes[meta.name_of(each)])

    async def _scale(self, deployment: Obj, each: Obj, count: int) -> None:
        before = _replicas(each)
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

    async def _clean_up(self, deployment: Obj, new: Obj, old: list[Obj]) -> None:
        keep = deployment["spec"].get("revisionHistoryLimit", 10)
        idle = sorted((each for each in old if not _replicas(each) and not _actual(each)), key=_revision)
        for each in idle[: max(0, len(idle) - keep)]:
            await self.client.delete("ReplicaSet", meta.name_of(each), meta.namespace_of(each))

    # --- status ----------------------------------------------------------------------------------------------------

    async def _write_status(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> Result:
        fresh = [self.sets.store.get(meta.key_of(each)) or each for each in (*([new] if new else []), *old)]
        status = calculate_status(deployment, fresh, new, rfc3339(self.clock.now()))
        if status != (deployment.get("status") or {}):
            try:
                await self.client.patch(
                    "Deployment",
                    meta.name_of(deployment),
                    _replacing(deployment, status),
                    meta.namespace_of(deployment),
                    content_type="application/merge-patch+json",
                    subresource="status",
                )
            except ApiError as error:
                if error.code != 404:
                    raise
        progressing = meta.condition_of({"status": status}, "Progressing") or {}
        if progressing.get("reason") in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded") or deployment[
            "spec"
        ].get("paused"):
            return DONE
        return self._check_deadline(deployment, progressing)

    def _check_deadline(self, deployment: Obj, progressing: Obj) -> Result:
        deadline = deployment["spec"].get("progressDeadlineSeconds")
        if not deadline or deadline >= 2**31 - 1 or not progressing:
            return DONE
        left = parse_rfc3339(progressing["lastUpdateTime"]) + deadline + 1 - self.clock.now()
        return Result(max(1.0, left))


# --- pure -----------------------------------------------------------------------------------------------------------


def template_hash(deployment: Obj) -> str:
    text = orjson.dumps(
        [deployment["spec"]["template"], (deployment.get("status") or {}).get("collisionCount")],
        option=orjson.OPT_SORT_KEYS,
    )
    return names.safe_encode(str(names.fnv32a(text)))


def _set_for(deployment: Obj, revision: str, old: list[Obj]) -> Obj:
    spec, found = deployment["spec"], template_hash(deployment)
    template = spec["template"]
    labelled = {**(template.get("metadata") or {}).get("labels", {}), HASH: found}
    surge, _ = limits(deployment)
    running = sum(_replicas(each) for each in old)
    recreate = spec["strategy"]["type"] == "Recreate"
    count = spec["replicas"] if recreate else max(0, min(spec["replicas"], spec["replicas"] + surge - running))
    annotations = {key: value for key, value in meta.annotations_of(deployment).items() if key not in UNCOPIED}
    annotations |= {REVISION: revision, DESIRED: str(spec["replicas"]), MAX: str(spec["replicas"] + surge)}
    selector = spec["selector"]
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta.name_of(deployment)}-{found}",
            "labels": labelled,
            "annotations": annotations,
            "ownerReferences": [meta.controller_reference(deployment)],
        },
        "spec": {
            "replicas": count,
            **({"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}),
            "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH: found}},
            "template": {**template, "metadata": {**(template.get("metadata") or {}), "labels": labelled}},
        },
    }


def _new_set(deployment: Obj, owned: list[Obj]) -> Obj | None:
    """The set of the deployment's own template; the oldest when several are."""
    wanted = deployment["spec"]["template"]
    for each in sorted(owned, key=lambda found: found["metadata"]["creationTimestamp"]):
        template = each["spec"]["template"]
        found = {key: value for key, value in meta.labels_of(template).items() if key != HASH}
        if {**template, "metadata": {**template["metadata"], "labels": found}} == wanted:
            return each
    return None


def _replacing(deployment: Obj, status: Obj) -> Obj:
    gone = {name: None for name in deployment.get("status") or {} if name not in status}
    return {"status": {**gone, **status}}


def _deployment_keys(obj: Obj) -> list[str]:
    owner = meta.controller_of(obj)
    return [f"{meta.namespace_of(obj)}/{owner['name']}"] if owner and owner["kind"] == "Deployment" else []


def _replicas(obj: Obj) -> int:
    return obj["spec"].get("replicas") or 0


def _actual(obj: Obj) -> int:
    return (obj.get("status") or {}).get("replicas") or 0


def _available(obj: Obj) -> int:
    return (obj.get("status") or {}).get("availableReplicas") or 0


def _revision(obj: Obj) -> int:
    text = meta.annotations_of(obj).get(REVISION, "0")
    return int(text) if text.isdigit() else 0
