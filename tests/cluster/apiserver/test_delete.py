"""Deletion: grace, finalizers, propagation, preconditions, collections, namespaces."""

from __future__ import annotations

import pytest

from cluster.apimachinery.meta import Obj

from .conftest import Home, assert_refused, config_map, pod, refused

NAMESPACE = "/api/v1/namespaces/default"


async def bound_pod(home: Home) -> Obj:
    await home.client.create("Pod", pod())
    binding = {"target": {"kind": "Node", "name": "worker-1"}}
    await home.client.create("Pod", binding, "default", subresource="binding", name="web")
    return await home.client.get("Pod", "web", "default")


async def exists(home: Home, name: str = "web") -> bool:
    return (await home.ask("GET", f"{NAMESPACE}/pods/{name}")).status == 200


async def test_a_pod_on_a_node_goes_gracefully(home: Home) -> None:
    await bound_pod(home)
    left = await home.client.delete("Pod", "web", "default")
    assert left["metadata"]["deletionTimestamp"] == "2027-01-15T08:00:30Z"
    assert left["metadata"]["deletionGracePeriodSeconds"] == 30
    assert await exists(home)
    await home.client.delete("Pod", "web", "default", {"gracePeriodSeconds": 0})
    assert not await exists(home)


async def test_a_shorter_grace_wins_and_a_longer_one_does_not(home: Home) -> None:
    await bound_pod(home)
    for asked, expected in ((20, 20), (5, 5), (60, 5)):
        left = await home.client.delete("Pod", "web", "default", {"gracePeriodSeconds": asked})
        assert left["metadata"]["deletionGracePeriodSeconds"] == expected


async def test_a_pod_without_a_node_goes_at_once(home: Home) -> None:
    await home.client.create("Pod", pod())
    await home.client.delete("Pod", "web", "default")
    assert not await exists(home)


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
async def test_a_finished_pod_goes_at_once(home: Home, phase: str) -> None:
    bound = await bound_pod(home)
    await home.client.update("Pod", {**bound, "status": {**bound["status"], "phase": phase}}, "status")
    await home.client.delete("Pod", "web", "default")
    assert not await exists(home)


async def test_a_finalizer_holds_an_object_until_it_is_taken_off(home: Home) -> None:
    held = config_map()
    held["metadata"]["finalizers"] = ["example.com/hold"]
    await home.client.create("ConfigMap", held)
    left = await home.client.delete("ConfigMap", "settings", "default")
    assert left["metadata"]["deletionTimestamp"]
    await home.client.patch("ConfigMap", "settings", {"metadata": {"finalizers": None}}, "default")
    error = await refused(home.client.get("ConfigMap", "settings", "default"))
    assert error.code == 404


@pytest.mark.parametrize(("policy", "finalizer"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")])
async def test_a_propagation_policy_becomes_a_finalizer(home: Home, policy: str, finalizer: str) -> None:
    await home.client.create("ConfigMap", config_map())
    left = await home.client.delete("ConfigMap", "settings", "default", {"propagationPolicy": policy})
    assert left["metadata"]["finalizers"] == [finalizer]


async def test_background_deletion_answers_a_status(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map())
    answer = await home.client.delete("ConfigMap", "settings", "default")
    assert (answer["kind"], answer["status"]) == ("Status", "Success")
    assert answer["details"] == {"name": "settings", "kind": "configmaps", "uid": made["metadata"]["uid"]}


async def test_a_wrong_uid_precondition_is_a_conflict(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map())
    answer = await home.ask("DELETE", f"{NAMESPACE}/configmaps/settings", {"preconditions": {"uid": "nope"}})
    message = (
        'Operation cannot be fulfilled on configmaps "settings": StorageError: invalid object, Code: 4, Key: '
        "/registry/configmaps/default/settings, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
        f"precondition: nope, UID in object meta: {made['metadata']['uid']}"
    )
    assert_refused(answer, 409, "Conflict", message)


async def test_a_collection_is_deleted_by_selector(home: Home) -> None:
    for name, colour in (("a", "red"), ("b", "blue"), ("c", "red")):
        labelled = config_map(name)
        labelled["metadata"]["labels"] = {"colour": colour}
        await home.client.create("ConfigMap", labelled)
    answer = await home.ask("DELETE", f"{NAMESPACE}/configmaps?labelSelector=colour=red")
    assert answer.status == 200
    left = await home.client.list("ConfigMap", "default")
    assert [item["metadata"]["name"] for item in left.items] == ["b"]


async def test_a_dry_run_deletes_nothing(home: Home) -> None:
    await home.client.create("ConfigMap", config_map())
    assert (await home.ask("DELETE", f"{NAMESPACE}/configmaps/settings?dryRun=All")).status == 200
    assert await home.client.get("ConfigMap", "settings", "default")


async def test_a_namespace_terminates_until_it_is_finalized(home: Home) -> None:
    await home.client.create("Namespace", {"metadata": {"name": "blue"}})
    left = await home.client.delete("Namespace", "blue")
    assert left["status"]["phase"] == "Terminating"
    answer = await home.ask("POST", "/api/v1/namespaces/blue/configmaps", config_map(namespace="blue"))
    message = (
        'configmaps "settings" is forbidden: unable to create new content in namespace blue because it is '
        "being terminated"
    )
    assert_refused(answer, 403, "Forbidden", message)
    left = await home.client.get("Namespace", "blue")
    await home.client.update("Namespace", {**left, "spec": {"finalizers": []}}, "finalize")
    assert (await home.ask("GET", "/api/v1/namespaces/blue")).status == 404


async def test_three_namespaces_stay(home: Home) -> None:
    answer = await home.ask("DELETE", "/api/v1/namespaces/kube-system")
    message = 'namespaces "kube-system" is forbidden: this namespace may not be deleted'
    assert_refused(answer, 403, "Forbidden", message)
