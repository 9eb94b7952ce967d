"""What a controller awaits, and what an informer's news make of it."""

from __future__ import annotations

from cluster.apimachinery.watch_event import ADDED, DELETED, MODIFIED
from cluster.client.expectations import Expectations
from cluster.clock import VirtualClock

POD = {"metadata": {"namespace": "default", "name": "web"}}
ENDING = {"metadata": {**POD["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}


def test_a_pod_that_has_come_is_awaited_no_more() -> None:
    awaited = Expectations(VirtualClock())
    awaited.expect("default/rs", creations=1)
    awaited.seen("default/rs", MODIFIED, POD)
    assert not awaited.satisfied("default/rs")
    awaited.seen("default/rs", ADDED, POD)
    assert awaited.satisfied("default/rs")


def test_a_pod_that_is_going_or_gone_is_awaited_no_more() -> None:
    for type, pod in ((MODIFIED, ENDING), (DELETED, POD)):
        awaited = Expectations(VirtualClock())
        awaited.expect("default/rs", deletions={"default/web"})
        awaited.seen("default/rs", MODIFIED, POD)
        assert not awaited.satisfied("default/rs")
        awaited.seen("default/rs", type, pod)
        assert awaited.satisfied("default/rs")
