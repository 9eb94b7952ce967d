"""The clusterroleaggregation loop: a ClusterRole with an aggregation rule has the rules of all that its selectors mean.

Watches and writes ClusterRoles · the story goes on in the API server's RBAC authorizer.
Models: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.controllers.loop import DONE, Loop, Result, overtaken


class ClusterRoleAggregationLoop(Loop):
    """Writes the rules of aggregated roles."""

    name = "clusterroleaggregation"
    source = "clusterrole-aggregation-controller"

    def watch(self) -> None:
        self.roles = self.informers.informer("ClusterRole")
        self.roles.add_handler(self.on_role)

    def on_role(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Any role may be a part of any that is aggregated."""
        if type != DELETED and old is not None and new is not None and _tells(old) == _tells(new):
            return
        for role in self.roles.store.values():
            if role.get("aggregationRule"):
                self.enqueue(role)

    async def reconcile(self, key: str) -> Result:
        role = self.roles.store.get(key)
        if role is None or not role.get("aggregationRule"):
            return DONE
        wanted = aggregated(role, sorted(self.roles.store.values(), key=meta.name_of))
        if wanted != (role.get("rules") or []):
            try:
                await self.client.update("ClusterRole", {**role, "rules": wanted})
            except ApiError as error:
                return overtaken(error)
        return DONE


def aggregated(role: Obj, roles: list[Obj]) -> list[Obj]:
    """The rules of the roles that are meant, each once, in the order of their selectors and names."""
    found: list[Obj] = []
    for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
        chosen = labels.from_label_selector(selector)
        for each in roles:
            if meta.name_of(each) != meta.name_of(role) and chosen.matches(meta.labels_of(each)):
                found += [rule for rule in each.get("rules") or () if rule not in found]
    return found


def _tells(role: Obj) -> tuple[object, object, object]:
    return meta.labels_of(role), role.get("rules"), role.get("aggregationRule")
