"""Candidates for one Lease before a real API server, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from cluster.client.events import EventRecorder
from cluster.client.leader_election import LeaderElector
from cluster.wire import component
from tests.cluster.apiserver.conftest import Home, config, home  # noqa: F401  # fixtures

NAME = "kube-scheduler"


class Candidate:
    """An elector that takes what it can get and keeps it; `led` says whether it has ended leading."""

    def __init__(self, at: Home, identity: str) -> None:
        client = at.connect("admin-token", identity)
        self.elector = LeaderElector(client, at.clock, NAME, identity, EventRecorder(client, at.clock, NAME, identity))
        self.leads = self.led = False
        self.task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        await self.elector.acquire()
        self.leads = True
        await self.elector.renew()
        self.leads, self.led = False, True

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest.fixture
async def two(home: Home) -> AsyncIterator[tuple[Candidate, Candidate]]:  # noqa: F811  # the fixture
    first = Candidate(home, "one")
    await home.clock.settle()
    second = Candidate(home, "two")
    await home.clock.settle()
    yield first, second
    await first.kill()
    await second.kill()


async def lease(home: Home) -> dict[str, object]:  # noqa: F811
    found = await home.client.get("Lease", NAME, "kube-system")
    return dict(found["spec"])


async def test_one_leads_and_the_other_stands_by(home: Home, two: tuple[Candidate, Candidate]) -> None:  # noqa: F811
    first, second = two
    await home.clock.advance(120)
    assert (first.leads, second.leads) == (True, False)
    spec = await lease(home)
    assert (spec["holderIdentity"], spec["leaseTransitions"], spec["leaseDurationSeconds"]) == ("one", 0, 15)
    assert second.elector.leader == "one"


async def test_a_dead_leader_is_followed_when_its_lease_has_run_out(
    home: Home,  # noqa: F811
    two: tuple[Candidate, Candidate],
) -> None:
    first, second = two
    await home.clock.advance(60)
    await first.kill()
    await home.clock.advance(12)
    assert not second.leads
    await home.clock.advance(13)
    assert second.leads
    spec = await lease(home)
    assert (spec["holderIdentity"], spec["leaseTransitions"]) == ("two", 1)
    events = [each["message"] for each in (await home.client.list("Event", "kube-system")).items]
    assert events == ["one became leader", "two became leader"]


async def test_a_leader_that_cannot_renew_ends_before_another_may_begin(
    home: Home,  # noqa: F811
    two: tuple[Candidate, Candidate],
) -> None:
    first, second = two
    await home.clock.advance(60)
    home.wire.withdraw(component.APISERVER)
    await home.clock.advance(9)
    assert first.leads
    await home.clock.advance(4)
    assert first.led
    assert not second.leads
    home.wire.serve(component.APISERVER, home.server.handle)
    await home.clock.advance(25)
    assert second.leads


async def test_a_lease_that_somebody_took_ends_the_leader(home: Home, two: tuple[Candidate, Candidate]) -> None:  # noqa: F811
    first, second = two
    found = await home.client.get("Lease", NAME, "kube-system")
    await home.client.update("Lease", {**found, "spec": {**found["spec"], "holderIdentity": "mallory"}})
    await home.clock.advance(14)
    assert first.led
    assert not second.leads
    await home.clock.advance(10)
    assert second.leads
