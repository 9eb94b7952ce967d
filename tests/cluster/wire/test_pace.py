"""Which hops a pace means: all but heartbeats, only those about an object, everything, or one pod's only."""

from __future__ import annotations

import asyncio

import pytest

from cluster.wire import pace
from cluster.wire.hop import Hop
from cluster.wire.pace import PAUSE, REAL, SLOW, STEP, Pace

from .conftest import PODS, Room, get

LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/worker-1"


def hop(path: str) -> Hop:
    return Hop("test", 1, 0.0, "kubectl", "kube-apiserver", "GET", path)


@pytest.mark.parametrize(
    ("wanted", "web", "other", "everything", "lease"),
    [
        (Pace(REAL), False, False, False, False),
        (Pace(SLOW), True, True, True, False),
        (Pace(STEP), True, True, False, False),
        (Pace(PAUSE), True, True, True, True),
        (Pace(STEP, pod="default/web"), True, False, False, False),
        (Pace(PAUSE, pod="default/web"), True, False, False, False),
    ],
)
def test_whom_a_pace_means(wanted: Pace, web: bool, other: bool, everything: bool, lease: bool) -> None:
    paths = (f"{PODS}/web", f"{PODS}/other", PODS, LEASE)
    assert [wanted.applies(hop(path)) for path in paths] == [web, other, everything, lease]


@pytest.mark.parametrize("wrong", [{"mode": "fast"}, {"mode": SLOW, "seconds": -1}])
def test_what_is_no_pace_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each says its own
        pace.from_dict(wrong)


async def test_leaving_a_pace_lets_go_what_it_held_and_what_it_slowed(wire: Room) -> None:
    wire.echo("kube-apiserver")
    for mode in (PAUSE, STEP, SLOW):
        wire.control.set_pace(Pace(mode, 5))
        asked = asyncio.ensure_future(wire.call("kubectl", "kube-apiserver", get()))
        await wire.virtual.settle()
        assert not asked.done()
        assert wire.control.holds
        wire.control.set_pace(Pace(REAL))
        assert (await asked).status == 200
    assert not wire.control.holds
    assert not wire.control.active


async def test_next_lets_the_oldest_go(wire: Room) -> None:
    wire.echo("kube-apiserver")
    wire.control.set_pace(Pace(STEP))
    asked = [asyncio.ensure_future(wire.call("kubectl", "kube-apiserver", get(f"{PODS}/{name}"))) for name in "ab"]
    await wire.virtual.settle()
    first = wire.control.next()
    await wire.virtual.settle()
    assert [hop.subject.name for hop in wire.control.held.values()] == ["b", "a"]
    assert wire.ring.get(first).subject.name == "a"  # type: ignore[union-attr]  # it is in the ring
    wire.control.close()
    await asyncio.gather(*asked)
    with pytest.raises(KeyError):
        wire.control.next()
