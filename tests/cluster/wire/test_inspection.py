"""Looking into a component: its pages are there while it runs, and nobody hears of it."""

from __future__ import annotations

import pytest

from cluster.clock import VirtualClock
from cluster.wire.inspection import UnknownPage
from cluster.wire.message import Unreachable
from cluster.wire.transport import Wire


def test_a_page_answers_while_its_component_is_open_and_no_hop_tells_of_it() -> None:
    wire = Wire("test", VirtualClock())
    wire.inspections.open("kube-scheduler", {"/statusz": lambda asked: {"asked": dict(asked)}})
    assert wire.inspections.ask("kube-scheduler", "/statusz", {"a": "b"}) == {"asked": {"a": "b"}}
    assert (wire.last_id, len(wire.ring)) == (0, 0)
    with pytest.raises(UnknownPage, match="no page /debug"):
        wire.inspections.ask("kube-scheduler", "/debug")
    wire.inspections.close("kube-scheduler")
    assert wire.inspections.paths("kube-scheduler") == []
    with pytest.raises(Unreachable):
        wire.inspections.ask("kube-scheduler", "/statusz")
