"""ControllerRevisions: what the template of a DaemonSet or StatefulSet was, numbered, so that it can come back.

Models: pkg/controller/history/controller_history.go v1.37
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from cluster.apimachinery import go_dump, labels, meta, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.informer import Informer, owner_uids
from cluster.client.rest import Client
from cluster.controllers import pods as pod_facts

HASH = "controller-revision-hash"
GO_ESCAPES = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


class History:
    """The revisions of one kind's objects."""

    def __init__(self, client: Client, revisions: Informer) -> None:
        self.client = client
        self.revisions = revisions
        revisions.add_index("owner", owner_uids)
        revisions.add_index("orphan", pod_facts.namespace_of_an_orphan)

    async def of(self, owner: Obj) -> list[Obj]:
        """Its revisions, oldest first, after adopting those that match and nobody owns."""
        found = self.revisions.by_index("owner", meta.uid_of(owner))
        selector = labels.from_label_selector(owner["spec"].get("selector"))
        if not meta.is_being_deleted(owner):
            for each in self.revisions.by_index("orphan", meta.namespace_of(owner)):
                if selector.matches(meta.labels_of(each)):
                    metadata = {"ownerReferences": [meta.controller_reference(owner)], "uid": meta.uid_of(each)}
                    found.append(await self._patch(each, {"metadata": metadata}))
        return sorted(found, key=_age)

    async def current(self, owner: Obj, known: list[Obj], label: str) -> Obj:
        """The revision of the owner's template: known, known and numbered anew when it comes back, or made.

        `label` is where the revision's own labels carry its hash.
        """
        number = max((each["revision"] for each in known), default=0)
        same = [each for each in known if each["data"] == data_of(owner)]
        if same:
            newest = same[-1]
            return newest if newest["revision"] == number else await self._patch(newest, {"revision": number + 1})
        collisions = (owner.get("status") or {}).get("collisionCount") or 0
        wanted = revision_for(owner, number + 1, collisions, label)
        try:
            return await self.client.create("ControllerRevision", wanted, meta.namespace_of(owner))
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
        found = await self.client.get("ControllerRevision", wanted["metadata"]["name"], meta.namespace_of(owner))
        if found["data"] == wanted["data"]:
            return found
        patch = {"status": {"collisionCount": collisions + 1}}
        await self.client.patch(
            owner["kind"], meta.name_of(owner), patch, meta.namespace_of(owner), subresource="status"
        )
        return await self.current(meta.evolve(owner, ("status", "collisionCount"), collisions + 1), known, label)

    async def truncate(self, owner: Obj, known: list[Obj], live: Collection[str]) -> None:
        """Forget the oldest revisions that nothing lives by (`live`: names), beyond the limit."""
        idle = [each for each in known if meta.name_of(each) not in live]
        for each in idle[: max(0, len(idle) - owner["spec"].get("revisionHistoryLimit", 10))]:
            try:
                await self.client.delete("ControllerRevision", meta.name_of(each), meta.namespace_of(each))
            except ApiError as error:
                if error.code != 404:
                    raise

    async def _patch(self, revision: Obj, patch: Any) -> Obj:
        return await self.client.patch("ControllerRevision", meta.name_of(revision), patch, meta.namespace_of(revision))


# --- pure -----------------------------------------------------------------------------------------------------------


def data_of(owner: Obj) -> Obj:
    """What a revision keeps: a patch that brings the template back. Models: getPatch"""
    return {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}


def hash_of(owner: Obj, collisions: int) -> str:
    """Of a DaemonSet its template's, as of a Deployment; of a StatefulSet that of the patch as Go writes it.

    Models: pkg/controller/daemon/update.go snapshot, controller_history.go HashControllerRevision
    """
    if owner["kind"] == "DaemonSet":
        return go_dump.template_hash(owner["spec"]["template"], collisions or None)
    text = orjson.dumps(data_of(owner), option=orjson.OPT_SORT_KEYS)
    for sign, escaped in GO_ESCAPES:
        text = text.replace(sign, escaped)
    return names.safe_encode_hash(names.fnv32(text + str(collisions).encode()))


def revision_for(owner: Obj, number: int, collisions: int, label: str) -> Obj:
    found = hash_of(owner, collisions)
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"{meta.name_of(owner)}-{found}",
            "labels": {**((owner["spec"]["template"].get("metadata") or {}).get("labels") or {}), label: found},
            "annotations": dict(meta.annotations_of(owner)),
            "ownerReferences": [meta.controller_reference(owner)],
        },
        "data": data_of(owner),
        "revision": number,
    }


def _age(revision: Obj) -> tuple[int, str]:
    return revision["revision"], revision["metadata"]["creationTimestamp"]
