"""Daemon pods: one on each node that fits, followed by nodes and templates; and which to replace in an update."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.daemonset import update
from cluster.controllers.daemonset.node_fit import should_run, target_node

from .conftest import Office

LABELS = {"app": "agent"}


async def daemons(office: Office, nodes: int = 3, **spec: Any) -> None:
    for number in range(1, nodes + 1):
        await office.node(f"n{number}")
        await office.change("Node", f"n{number}", {"spec": {"taints": None}})
    await office.start("daemonset")
    template = {
        "metadata": {"labels": LABELS},
        "spec": {"containers": [{"name": "c", "image": "a:1"}], **spec.pop("pod", {})},
    }
    await office.make("DaemonSet", "agent", spec={"selector": {"matchLabels": LABELS}, "template": template, **spec})


async def bind(office: Office) -> None:
    """The scheduler puts every pod where it is meant to be."""
    for pod in await office.list("Pod"):
        if not pod["spec"].get("nodeName"):
            target = {"apiVersion": "v1", "kind": "Node", "name": target_node(pod)}
            body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": meta.name_of(pod)}, "target": target}
            await office.home.ask("POST", f"/api/v1/namespaces/default/pods/{meta.name_of(pod)}/binding", body)
    await office.all_run()


async def settle(office: Office) -> None:
    for _ in range(10):
        before = await office.home.revision()
        await bind(office)
        await office.clock.advance(1)
        if before == await office.home.revision():
            return


async def images(office: Office) -> dict[str, str]:
    return {target_node(pod): pod["spec"]["containers"][0]["image"] for pod in await office.list("Pod")}


async def status(office: Office) -> dict[str, int]:
    return (await office.get("DaemonSet", "agent"))["status"]


async def test_every_node_gets_a_pod_of_its_own(office: Office) -> None:
    await daemons(office)
    assert sorted(await images(office)) == ["n1", "n2", "n3"]
    await bind(office)
    found = await status(office)
    assert [
        found[name] for name in ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "numberAvailable")
    ] == [3] * 4
    pod = (await office.list("Pod"))[0]
    keys = {(each["key"].rpartition("/")[2], each["effect"]) for each in pod["spec"]["tolerations"]}
    assert ("unschedulable", "NoSchedule") in keys
    assert ("not-ready", "NoExecute") in keys
    assert {"controller-revision-hash", "pod-template-generation"} <= set(meta.labels_of(pod))
    assert len(await office.events("SuccessfulCreate")) == 3


async def test_nodes_that_come_and_no_longer_fit_are_followed(office: Office) -> None:
    await daemons(office, nodes=1, pod={"nodeSelector": {"role": "agent"}})
    assert await images(office) == {}
    await office.change("Node", "n1", {"metadata": {"labels": {"role": "agent"}}})
    assert list(await images(office)) == ["n1"]
    await settle(office)
    await office.change("Node", "n1", {"metadata": {"labels": {"role": None}}})
    await settle(office)
    assert await images(office) == {}
    assert (await status(office))["desiredNumberScheduled"] == 0


async def test_a_node_that_goes_is_not_counted_any_more(office: Office) -> None:
    await daemons(office, nodes=2)
    await settle(office)
    await office.delete("Node", "n2")
    await office.clock.advance(1)
    assert (await status(office))["desiredNumberScheduled"] == 1


async def test_a_failed_daemon_is_replaced_with_growing_patience(office: Office) -> None:
    await daemons(office, nodes=1)
    await bind(office)
    [pod] = await office.list("Pod")
    await office.runs(meta.name_of(pod), phase="Failed", ready=False)
    await office.clock.advance(1)
    [again] = await office.list("Pod")
    assert meta.uid_of(again) != meta.uid_of(pod) or meta.is_being_deleted(again)
    assert len(await office.events("FailedDaemonPod")) == 1


async def test_an_update_goes_node_by_node_and_can_be_undone(office: Office) -> None:
    await daemons(office)
    await settle(office)
    template = {"spec": {"containers": [{"name": "c", "image": "a:2"}]}}
    await office.change("DaemonSet", "agent", {"spec": {"template": template}})
    going = [pod for pod in await office.list("Pod") if meta.is_being_deleted(pod)]
    assert len(going) == 1
    await settle(office)
    assert set((await images(office)).values()) == {"a:2"}
    assert (await status(office))["updatedNumberScheduled"] == 3
    revisions = await office.list("ControllerRevision")
    assert sorted(each["revision"] for each in revisions) == [1, 2]
    first = next(each for each in revisions if each["revision"] == 1)
    await office.change(
        "DaemonSet", "agent", {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "a:1"}]}}}}
    )
    await settle(office)
    assert set((await images(office)).values()) == {"a:1"}
    back = await office.get("ControllerRevision", meta.name_of(first))
    assert back["revision"] == 3


async def test_on_delete_waits_for_somebody_to_delete(office: Office) -> None:
    await daemons(office, nodes=1, updateStrategy={"type": "OnDelete"})
    await settle(office)
    await office.change(
        "DaemonSet", "agent", {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "a:2"}]}}}}
    )
    await settle(office)
    assert set((await images(office)).values()) == {"a:1"}
    [pod] = await office.list("Pod")
    await office.delete("Pod", meta.name_of(pod), gracePeriodSeconds=0)
    await settle(office)
    assert set((await images(office)).values()) == {"a:2"}


def node(taints: Any = (), **labels: str) -> Obj:
    return {"metadata": {"name": "n1", "labels": labels}, "spec": {"taints": list(taints)}}


SCHEDULE, EXECUTE = {"key": "k", "effect": "NoSchedule"}, {"key": "k", "effect": "NoExecute"}


@pytest.mark.parametrize(
    ("spec", "place", "found"),
    [
        ({}, node(), (True, True)),
        ({}, node([SCHEDULE]), (False, True)),
        ({}, node([EXECUTE]), (False, False)),
        ({"tolerations": [{"operator": "Exists"}]}, node([EXECUTE]), (True, True)),
        ({"nodeSelector": {"a": "b"}}, node(), (False, False)),
        ({"nodeSelector": {"a": "b"}}, node(a="b"), (True, True)),
        ({"nodeName": "other"}, node(), (False, False)),
    ],
)
def test_where_a_daemon_belongs(spec: Any, place: Obj, found: tuple[bool, bool]) -> None:
    assert should_run({"metadata": {}, "spec": spec}, place) == found


def pod(name: str, template: str, *, ready: bool = True) -> Obj:
    conditions = [{"type": "Ready", "status": str(ready), "lastTransitionTime": "2026-11-25T10:00:00Z"}]
    return {
        "metadata": {"name": name, "labels": {"controller-revision-hash": template}},
        "spec": {},
        "status": {"conditions": conditions},
    }


@pytest.mark.parametrize(
    ("rolling", "nodes", "doomed", "doubled"),
    [
        ({"maxUnavailable": 1}, {"a": [pod("a", "old")], "b": [pod("b", "old")]}, ["a"], []),
        ({"maxUnavailable": "50%"}, {"a": [pod("a", "old")], "b": [pod("b", "old")], "c": [pod("c", "old")]}, ["a", "b"], []),
        ({"maxUnavailable": 1}, {"a": [pod("a", "new", ready=False)], "b": [pod("b", "old")]}, [], []),
        ({"maxUnavailable": 1}, {"a": [], "b": [pod("b", "old")]}, [], []),
        ({"maxUnavailable": 1}, {"a": [pod("a", "old", ready=False)], "b": [pod("b", "old")]}, ["a"], []),
        ({"maxSurge": 1, "maxUnavailable": 0}, {"a": [pod("a", "old")], "b": [pod("b", "old")]}, [], ["a"]),
        ({"maxSurge": 1, "maxUnavailable": 0}, {"a": [pod("a", "old"), pod("n", "new")], "b": [pod("b", "old")]}, ["a"], ["b"]),
        ({"maxSurge": 1, "maxUnavailable": 0}, {"a": [pod("a", "old"), pod("n", "new", ready=False)], "b": [pod("b", "old")]}, [], []),
    ],
)  # fmt: skip
def test_which_are_replaced(rolling: Any, nodes: Any, doomed: list[str], doubled: list[str]) -> None:
    wanted = {"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}}
    ended, more = update.steps(wanted, nodes, "new", len(nodes), 2e9)
    assert ([meta.name_of(each) for each in ended], more) == (doomed, doubled)
