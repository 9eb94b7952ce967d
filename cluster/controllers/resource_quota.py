"""The resourcequota loop: what a namespace uses of its quotas, counted anew and written to their status.

Watches ResourceQuotas, Pods and the other kinds that a quota counts · writes quota status · the story goes on in the API
server's ResourceQuota admission, which adds what comes.
Models: pkg/controller/resourcequota/resource_quota_controller.go v1.37
"""

from __future__ import annotations

from decimal import Decimal

from cluster.apimachinery import meta, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import ADDED, DELETED
from cluster.apis.core import quota_charge, quota_usage
from cluster.client.informer import namespaces
from cluster.controllers.loop import DONE, Loop, Result

RESYNC_SECONDS = 300.0
IGNORED = ("Event", "Lease")
"""Namespaced kinds that nobody limits and that change all the time. Models: quota/v1/install DefaultIgnoredResources"""


class ResourceQuotaLoop(Loop):
    """Writes what is used of quotas."""

    name = "resourcequota"
    source = "resourcequota-controller"

    def watch(self) -> None:
        self.quotas = self.informers.informer("ResourceQuota")
        self.quotas.add_index("namespace", namespaces)
        kinds = [each.kind for each in self.client.registry.storages() if each.namespaced and each.kind not in IGNORED]
        self.counted = {kind: self.informers.informer(kind) for kind in kinds}
        for kind, informer in self.counted.items():
            informer.add_index("namespace", namespaces)
            informer.add_handler(self._handler(kind))

    def _handler(self, kind: str):  # type: ignore[no-untyped-def]  # an informer's handler
        def on_event(type: str, old: Obj | None, new: Obj | None) -> None:
            if not self.quotas.store or not _changes(type, kind, old or {}, new or {}):
                return
            for quota in self.quotas.by_index("namespace", meta.namespace_of(new or old or {})):
                self.queue.add(meta.key_of(quota))

        return on_event

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 count what its limits name · 3 status when it differs · 4 again in five minutes."""
        quota = self.quotas.store.get(key)
        if quota is None or meta.is_being_deleted(quota):
            return DONE
        hard = quota["spec"].get("hard") or {}
        used = self._used(quota, hard)
        status = {
            "hard": {name: quantity.canonical(text) for name, text in hard.items()},
            "used": {name: quota_usage.shown(used.get(name, Decimal(0)), text) for name, text in hard.items()},
        }
        await self.write_status("ResourceQuota", quota, status)
        return Result(RESYNC_SECONDS)

    def _used(self, quota: Obj, hard: Obj) -> quota_usage.Usage:
        found: quota_usage.Usage = {}
        for name, informer in self.counted.items():
            kind = self.client.registry.kind(name)
            if not any(quota_charge.speaks_of(kind, each) for each in hard):
                continue
            objects = informer.by_index("namespace", meta.namespace_of(quota))
            if quota_usage.is_scoped(quota):
                objects = [each for each in objects if name == "Pod" and quota_usage.in_scope(quota, each)]
            found.update(quota_usage.total(kind, objects))
        return found


def _changes(type: str, kind: str, old: Obj, new: Obj) -> bool:
    """May an event change what is used, other than what admission charges itself?

    An object that comes was charged before it was stored: counting it while others are on their way would undo their
    charges. A pod frees its share when it goes or finishes, a service that changes may; a quota counts when its limits do.
    """
    if type == DELETED:
        return True
    if type == ADDED:
        return kind == "ResourceQuota"
    if kind == "Pod":
        phases = [(each.get("status") or {}).get("phase") in ("Succeeded", "Failed") for each in (old, new)]
        return phases[0] != phases[1]
    return kind in ("ResourceQuota", "Service") and old["spec"] != new["spec"]
