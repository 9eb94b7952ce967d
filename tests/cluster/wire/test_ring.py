"""The ring: bounded in hops, and more tightly in bodies."""

from __future__ import annotations

from cluster.wire.hop import Hop
from cluster.wire.message import Payload
from cluster.wire.ring import Ring

from .conftest import PODS


def hop(id: int, uid: str = "u") -> Hop:
    made = Hop("test", id, 0.0, "kubectl", "kube-apiserver", "POST", PODS)
    made.request = Payload(object={"metadata": {"name": f"pod-{id}", "uid": uid}})
    return made


def filled(ring: Ring, count: int) -> Ring:
    for id in range(1, count + 1):
        ring.append(hop(id))
    return ring


def test_it_keeps_the_newest() -> None:
    ring = filled(Ring(size=5), 12)
    assert [found.id for found in ring] == [8, 9, 10, 11, 12]
    assert len(ring) == 5


def test_it_finds_a_hop_by_id() -> None:
    ring = filled(Ring(size=5), 12)
    found = ring.get(9)
    assert found is not None
    assert found.id == 9
    assert [ring.get(id) for id in (0, 7, 13)] == [None, None, None]
    assert Ring().get(1) is None


def test_it_tells_what_came_after_a_hop() -> None:
    ring = filled(Ring(size=5), 12)
    assert [found.id for found in ring.after(10)] == [11, 12]
    assert [found.id for found in ring.after(0)] == [8, 9, 10, 11, 12]
    assert ring.after(12) == []


def test_bodies_go_before_hops_do_and_the_subject_stays() -> None:
    ring = filled(Ring(size=10, payload_window=3), 6)
    assert [bool(found.request) for found in ring] == [False, False, False, True, True, True]
    assert [found.subject.name for found in ring] == [f"pod-{id}" for id in range(1, 7)]


def test_bodies_of_a_followed_object_stay() -> None:
    ring = Ring(size=10, payload_window=1)
    ring.followed.add("followed")
    for id, uid in enumerate(["followed", "other", "followed", "other"], 1):
        ring.append(hop(id, uid))
    assert [bool(found.request) for found in ring] == [True, False, True, True]
