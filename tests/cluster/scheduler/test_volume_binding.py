"""VolumeBinding: claims that are missing, unbound, bound to a volume that only some nodes reach."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.scheduler import preemption
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.pod_info import PodInfo

from .conftest import cache_of, node, pod, reasons

MOUNT = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]


def claim(phase: str = "Bound", **spec: Any) -> Obj:
    return {"metadata": {"name": "data", "namespace": "default"}, "spec": spec, "status": {"phase": phase}}


def cycle(claims: Any = None, volumes: Any = None, classes: Any = None) -> Cycle:
    cache = cache_of(node("a", labels={"zone": "1"}), node("b", labels={"zone": "2"}))
    cache.claims, cache.volumes, cache.classes = claims or {}, volumes or {}, classes or {}
    return Cycle(cache, lambda equals: equals[0])


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({}, '0/2 nodes are available: persistentvolumeclaim "data" not found. not found'),
        (
            {"default/data": claim("Pending")},
            "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
        ),
    ],
)
def test_no_node_will_do(claims: Any, message: str) -> None:
    asked = cycle(claims)
    decision = asked.decide(PodInfo(pod(volumes=MOUNT)))
    preemption.post_filter(asked, decision)
    assert decision.message == message
    assert decision.rejected_by == {"VolumeBinding"}


def test_a_volume_is_reached_from_its_own_nodes() -> None:
    term = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["2"]}]}
    volume = {"metadata": {"name": "pv"}, "spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}}}
    decision = cycle({"default/data": claim(volumeName="pv")}, {"pv": volume}).decide(PodInfo(pod(volumes=MOUNT)))
    assert decision.node == "b"
    assert reasons(decision) == {"a": ("node(s) didn't match PersistentVolume's node affinity",)}


@pytest.mark.parametrize(
    ("provisioner", "node_name"), [("example.com/disk", "a"), ("kubernetes.io/no-provisioner", "")]
)
def test_a_claim_that_waits_goes_where_a_volume_can_be(provisioner: str, node_name: str) -> None:
    classes = {"fast": {"provisioner": provisioner, "volumeBindingMode": "WaitForFirstConsumer"}}
    waiting = claim("Pending", storageClassName="fast")
    assert cycle({"default/data": waiting}, {}, classes).decide(PodInfo(pod(volumes=MOUNT))).node == node_name


def test_a_pod_without_claims_is_not_asked() -> None:
    assert cycle().decide(PodInfo(pod())).node == "a"
