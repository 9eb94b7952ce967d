"""Volumes that are somewhere, are one pod's, or are too many for a node."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.pod_info import PodInfo

from .conftest import cache_of, node, pod, reasons

ZONE = "topology.kubernetes.io/zone"


def mounting(name: str, claim: str, **more: Any) -> Obj:
    return pod(name, volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": claim}}], **more)


def claim(name: str, volume: str, mode: str = "ReadWriteOnce") -> Obj:
    spec = {"volumeName": volume, "accessModes": [mode]}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec, "status": {"phase": "Bound"}}


def volume(name: str, zone: str = "") -> Obj:
    source = {"csi": {"driver": "disk", "volumeHandle": name}}
    return {"metadata": {"name": name, "labels": {ZONE: zone} if zone else {}}, "spec": source}


def cycle(*objects: Obj, mode: str = "ReadWriteOnce", zone: str = "") -> Cycle:
    """Claims c1 to c3, with the volumes v1 to v3."""
    cache = cache_of(*objects)
    cache.claims = {f"default/c{number}": claim(f"c{number}", f"v{number}", mode) for number in (1, 2, 3)}
    cache.volumes = {f"v{number}": volume(f"v{number}", zone) for number in (1, 2, 3)}
    return Cycle(cache, lambda equals: equals[0])


def test_a_volume_is_used_in_its_zone_only() -> None:
    nodes = [node("a", labels={ZONE: "1"}), node("b", labels={ZONE: "2"}), node("c", labels={ZONE: "3"})]
    decision = cycle(*nodes, zone="1__3").decide(PodInfo(mounting("p", "c1")))
    assert decision.feasible == ["a", "c"]
    assert reasons(decision) == {"b": ("node(s) had no available volume zone",)}
    assert cycle(node("a"), zone="1").decide(PodInfo(mounting("p", "c1"))).node == "a"
    old = node("a", labels={"failure-domain.beta.kubernetes.io/zone": "1"})
    assert cycle(old, zone="2").decide(PodInfo(mounting("p", "c1"))).node == ""


def test_a_claim_of_one_pod_is_not_given_to_a_second() -> None:
    objects = [node("a"), node("b"), mounting("first", "c1", on="a")]
    decision = cycle(*objects, mode="ReadWriteOncePod").decide(PodInfo(mounting("second", "c1")))
    text = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
    assert reasons(decision) == {"a": (text,), "b": (text,)}
    assert cycle(*objects, mode="ReadWriteOncePod").decide(PodInfo(mounting("second", "c2"))).node
    assert cycle(*objects).decide(PodInfo(mounting("second", "c1"))).node


def test_a_node_takes_as_many_volumes_of_a_driver_as_it_can() -> None:
    asked = cycle(node("a"), node("b"), mounting("first", "c1", on="a"), mounting("second", "c1", on="a"))
    driver = {"name": "disk", "nodeID": "a", "allocatable": {"count": 1}}
    asked.cache.csi_nodes = {"a": {"metadata": {"name": "a"}, "spec": {"drivers": [driver]}}}
    decision = asked.decide(PodInfo(mounting("third", "c2")))
    assert (decision.feasible, reasons(decision)) == (["b"], {"a": ("node(s) exceed max volume count",)})
    assert asked.decide(PodInfo(mounting("fourth", "c1"))).feasible == ["a", "b"]
    asked.cache.csi_nodes["a"]["spec"]["drivers"][0]["allocatable"]["count"] = 2
    asked.cache.set_node(node("a"))
    assert asked.decide(PodInfo(mounting("fifth", "c2"))).feasible == ["a", "b"]
