"""Deletions that spread: background, foreground with blocking dependants, orphans; one lost owner of two."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj

from .conftest import Office


def owned_by(*owners: Obj, **more: Any) -> Any:
    return {
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": meta.name_of(each), "uid": meta.uid_of(each), **more}
            for each in owners
        ]
    }


async def test_what_nobody_owns_any_more_goes_in_the_background(office: Office) -> None:
    await office.start("garbagecollector")
    owner = await office.make("ConfigMap", "owner")
    await office.make("ConfigMap", "owned", metadata=owned_by(owner))
    await office.delete("ConfigMap", "owner", propagationPolicy="Background")
    await office.clock.advance(1)
    assert "owned" not in await office.names("ConfigMap")


async def test_an_owner_in_the_foreground_waits_for_those_that_block_it(office: Office) -> None:
    await office.start("garbagecollector")
    owner = await office.make("ConfigMap", "owner")
    metadata = {**owned_by(owner, blockOwnerDeletion=True), "finalizers": ["example.com/hold"]}
    await office.make("ConfigMap", "blocks", metadata=metadata)
    await office.delete("ConfigMap", "owner", propagationPolicy="Foreground")
    await office.clock.advance(2)
    assert {"owner", "blocks"} <= set(await office.names("ConfigMap"))
    assert meta.is_being_deleted(await office.get("ConfigMap", "blocks"))
    await office.change("ConfigMap", "blocks", {"metadata": {"finalizers": None}})
    await office.clock.advance(2)
    assert not {"owner", "blocks"} & set(await office.names("ConfigMap"))


async def test_orphans_stay_and_forget_their_owner(office: Office) -> None:
    await office.start("garbagecollector")
    owner = await office.make("ConfigMap", "owner")
    await office.make("ConfigMap", "owned", metadata=owned_by(owner))
    await office.delete("ConfigMap", "owner", propagationPolicy="Orphan")
    await office.clock.advance(1)
    assert "owner" not in await office.names("ConfigMap")
    assert not (await office.get("ConfigMap", "owned"))["metadata"].get("ownerReferences")


async def test_one_owner_of_two_is_enough(office: Office) -> None:
    await office.start("garbagecollector")
    one, two = [await office.make("ConfigMap", name) for name in ("one", "two")]
    await office.make("ConfigMap", "owned", metadata=owned_by(one, two))
    await office.delete("ConfigMap", "one", propagationPolicy="Background")
    await office.clock.advance(1)
    assert [each["name"] for each in (await office.get("ConfigMap", "owned"))["metadata"]["ownerReferences"]] == ["two"]


async def test_an_owner_that_was_never_there_takes_its_dependant(office: Office) -> None:
    await office.start("garbagecollector")
    await office.make("ConfigMap", "owned", metadata=owned_by({"metadata": {"name": "none", "uid": "no-such-uid"}}))
    await office.clock.advance(1)
    assert "owned" not in await office.names("ConfigMap")


async def test_any_kind_may_own_and_be_owned(office: Office) -> None:
    await office.start("garbagecollector")
    owner = await office.make("ClusterRole", "owner", rules=[])
    reference = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "name": "owner",
        "uid": meta.uid_of(owner),
    }
    await office.make("Role", "owned", metadata={"ownerReferences": [reference]}, rules=[])
    await office.delete("ClusterRole", "owner", propagationPolicy="Background")
    await office.clock.advance(1)
    assert "owned" not in await office.names("Role")


async def test_custom_kinds_are_followed_while_they_are_served(office: Office) -> None:
    await office.start("garbagecollector")
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"plural": "trees", "singular": "tree", "kind": "Tree", "listKind": "TreeList"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    await office.make("CustomResourceDefinition", "trees.example.com", spec=spec)
    await office.clock.advance(2)
    owner = await office.make("ConfigMap", "owner")
    await office.make("Tree", "oak", metadata=owned_by(owner))
    await office.delete("ConfigMap", "owner", propagationPolicy="Background")
    await office.clock.advance(1)
    assert await office.names("Tree") == []
    await office.delete("CustomResourceDefinition", "trees.example.com")
    await office.clock.advance(5)
    assert "Tree" not in {informer.kind for informer in office.manager.informers.all()}
