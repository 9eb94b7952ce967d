"""The deployment loop: rolls a template out by way of ReplicaSets.

Watches Deployments, ReplicaSets and Pods · creates and scales ReplicaSets, writes status · the story goes on in
`replicaset`. Models: pkg/controller/deployment/deployment_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.informer import owner_uids
from cluster.client.rest import MERGE_PATCH
from cluster.clock import rfc3339
from cluster.controllers import pods as pod_facts
from cluster.controllers.deployment import progress, recreate, rolling
from cluster.controllers.deployment.deployment_util import is_scaling, new_set
from cluster.controllers.deployment.sync import Sync
from cluster.controllers.loop import DONE, Loop, Result


class DeploymentLoop(Loop):
    """Brings Deployments to their template and count."""

    name = "deployment"
    source = "deployment-controller"

    def watch(self) -> None:
        self.sync = Sync(self.client, self.events)
        self.deployments = self.informers.informer("Deployment")
        self.sets = self.informers.informer("ReplicaSet")
        self.sets.add_index("owner", owner_uids)
        self.sets.add_index("orphan", pod_facts.namespace_of_an_orphan)
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
        new = new_set(deployment, owned)
        old = [each for each in owned if new is None or each["metadata"]["uid"] != new["metadata"]["uid"]]
        if meta.is_being_deleted(found):
            return await self._write_status(deployment, new, old)
        if deployment["spec"].get("paused") or is_scaling(deployment, owned):
            await self.sync.resize(deployment, new, old)
        elif deployment["spec"]["strategy"]["type"] == "Recreate" and recreate.still_there(old, self.pods):
            await recreate.scale_down(self.sync, deployment, old)
        else:
            new = await self.sync.ensure_new_set(deployment, new, old)
            if new is not None:
                await self._roll(deployment, new, old)
                await self.sync.clean_up(deployment, old)
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

    async def _roll(self, deployment: Obj, new: Obj, old: list[Obj]) -> None:
        if deployment["spec"]["strategy"]["type"] == "Recreate":
            await recreate.scale_up(self.sync, deployment, new)
        else:
            await rolling.roll(self.sync, deployment, new, old)

    async def _write_status(self, deployment: Obj, new: Obj | None, old: list[Obj]) -> Result:
        fresh = [self.sets.store.get(meta.key_of(each)) or each for each in (*([new] if new else []), *old)]
        status = progress.calculate_status(deployment, fresh, new, rfc3339(self.clock.now()))
        if status != (deployment.get("status") or {}):
            name, namespace = meta.name_of(deployment), meta.namespace_of(deployment)
            patch = _replacing(deployment, status)
            try:
                await self.client.patch(
                    "Deployment", name, patch, namespace, content_type=MERGE_PATCH, subresource="status"
                )
            except ApiError as error:
                if error.code != 404:
                    raise
        return Result(progress.seconds_to_deadline(deployment, status, self.clock.now()))


def _replacing(deployment: Obj, status: Obj) -> Obj:
    gone = {name: None for name in deployment.get("status") or {} if name not in status}
    return {"status": {**gone, **status}}


def _deployment_keys(obj: Obj) -> list[str]:
    owner = meta.controller_of(obj)
    return [f"{meta.namespace_of(obj)}/{owner['name']}"] if owner and owner["kind"] == "Deployment" else []
