"""The ttl loop: tells kubelets, by an annotation, how long they may keep secrets and config maps; longer in large clusters.

Watches Nodes · writes the annotation node.alpha.kubernetes.io/ttl. Models: pkg/controller/ttl/ttl_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.rest import MERGE_PATCH
from cluster.controllers.loop import DONE, Loop, Result

ANNOTATION = "node.alpha.kubernetes.io/ttl"
BOUNDARIES = ((0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, 10_000, 300), (9000, 2**31, 600))
"""(fewest nodes, most nodes, seconds): they overlap, so that a cluster at a boundary does not flap."""


class TtlLoop(Loop):
    """Annotates nodes."""

    name = "ttl"
    source = "ttl-controller"

    def watch(self) -> None:
        self.step = 0
        self.nodes = self.informers.informer("Node")
        self.nodes.add_handler(self.on_node)

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        before, count = self.step, len(self.nodes.store)
        self.step = step_for(before, count)
        if new is not None and type != DELETED:
            self.enqueue(new)
        if self.step != before:
            for node in self.nodes.store.values():
                self.enqueue(node)

    async def reconcile(self, key: str) -> Result:
        node, wanted = self.nodes.store.get(key), str(BOUNDARIES[self.step][2])
        if node is None or meta.annotations_of(node).get(ANNOTATION) == wanted:
            return DONE
        try:
            patch = {"metadata": {"annotations": {ANNOTATION: wanted}}}
            await self.client.patch("Node", key, patch, content_type=MERGE_PATCH)
        except ApiError as error:
            if error.code != 404:
                raise
        return DONE


def step_for(step: int, count: int) -> int:
    """The boundary that so many nodes belong to, coming from `step`."""
    while step + 1 < len(BOUNDARIES) and count > BOUNDARIES[step][1]:
        step += 1
    while step and count < BOUNDARIES[step][0]:
        step -= 1
    return step
