"""What owners do to pods: make them, in batches that grow, end them, take in orphans and let go what no longer matches.

Models: pkg/controller/{controller_utils,controller_ref_manager}.go RealPodControl, slowStartBatch, ClaimPods v1.37
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.informer import Informer, owner_uids
from cluster.client.rest import STRATEGIC_MERGE_PATCH, Client
from cluster.controllers import pods as pod_facts

CREATED, CREATE_FAILED = "SuccessfulCreate", "FailedCreate"
DELETED, DELETE_FAILED = "SuccessfulDelete", "FailedDelete"


class PodControl:
    """Makes and ends pods for one loop; each is told by an Event of its owner."""

    def __init__(self, client: Client, events: EventRecorder) -> None:
        self.client = client
        self.events = events

    async def create_all(self, owner: Obj, pods: Sequence[Obj]) -> tuple[int, ApiError | None]:
        """(how many were not made, why). In batches of 1, 2, 4, …: what fails for one would fail for all.

        Models: slowStartBatch
        """
        done, size = 0, 1
        while done < len(pods):
            batch = pods[done : done + size]
            failures = [each for each in await asyncio.gather(*(self.create(owner, pod) for pod in batch)) if each]
            done += len(batch)
            if failures:
                return len(pods) - done + len(failures), failures[0]
            size *= 2
        return 0, None

    async def create(self, owner: Obj, pod: Obj) -> ApiError | None:
        """None when it is there, or is not wanted because its namespace goes."""
        try:
            made = await self.client.create("Pod", pod, meta.namespace_of(owner))
        except ApiError as error:
            if "being terminated" in error.message:
                return None
            self.events.event(owner, WARNING, CREATE_FAILED, f"Error creating: {error.message}")
            return error
        self.events.event(owner, NORMAL, CREATED, f"Created pod: {meta.name_of(made)}")
        return None

    async def delete(self, owner: Obj, pod: Obj) -> ApiError | None:
        """None when it is going or gone."""
        try:
            await self.client.delete("Pod", meta.name_of(pod), meta.namespace_of(pod))
        except ApiError as error:
            if error.code == 404:
                return None
            self.events.event(owner, WARNING, DELETE_FAILED, f"Error deleting: {error.message}")
            return error
        self.events.event(owner, NORMAL, DELETED, f"Deleted pod: {meta.name_of(pod)}")
        return None

    async def claim(self, owner: Obj, pods: Informer) -> list[Obj]:
        """The owner's pods, after adopting orphans that match its selector and releasing what does not."""
        selector = labels.from_label_selector(owner["spec"].get("selector"))
        mine = []
        for pod in pods.by_index("owner", meta.uid_of(owner)):
            if selector.matches(meta.labels_of(pod)):
                mine.append(pod)
            elif not meta.is_being_deleted(pod):
                await self.patch_owners(pod, [{"$patch": "delete", "uid": meta.uid_of(owner)}])
        if not meta.is_being_deleted(owner):
            for pod in pods.by_index("orphan", meta.namespace_of(owner)):
                if pod_facts.is_active(pod) and selector.matches(meta.labels_of(pod)):
                    await self.patch_owners(pod, [meta.controller_reference(owner)])
                    mine.append(pod)
        return mine

    async def patch_owners(self, pod: Obj, references: list[Obj]) -> None:
        """Change whose a pod is, if it is still there and still itself."""
        patch = {"metadata": {"ownerReferences": references, "uid": meta.uid_of(pod)}}
        try:
            await self.client.patch(
                "Pod", meta.name_of(pod), patch, meta.namespace_of(pod), content_type=STRATEGIC_MERGE_PATCH
            )
        except ApiError as error:
            if error.code not in (404, 422):
                raise


def index(pods: Informer) -> None:
    """What `claim` looks pods up by."""
    pods.add_index("owner", owner_uids)
    pods.add_index("orphan", pod_facts.namespace_of_an_orphan)
