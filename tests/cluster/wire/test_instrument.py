"""Listeners: told of every hop; one that raises is logged and removed and never breaks the run."""

from __future__ import annotations

import pytest

from cluster.wire.hop import Hop

from .conftest import Room, get


async def test_a_listener_hears_the_sending_and_the_end_of_each_hop(wire: Room) -> None:
    heard: list[tuple[int, str, str]] = []
    end = wire.instruments.add(lambda hop, moment: heard.append((hop.id, moment, hop.outcome)))
    wire.echo("kube-apiserver")
    await wire.call("kubectl", "kube-apiserver", get())
    assert heard == [(1, "sent", "pending"), (2, "sent", "pending"), (2, "finished", "200"), (1, "finished", "200")]
    end()
    await wire.call("kubectl", "kube-apiserver", get())
    assert len(heard) == 4


async def test_a_listener_that_raises_is_removed_and_the_run_goes_on(
    wire: Room, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def broken(hop: Hop, moment: str) -> None:
        raise RuntimeError("a bug in a viewer")

    wire.instruments.add(broken)
    wire.instruments.add(lambda hop, moment: heard.append(moment))
    wire.echo("kube-apiserver")
    assert (await wire.call("kubectl", "kube-apiserver", get())).status == 200
    assert len(heard) == 4
    assert "failed and was removed" in caplog.text
    assert (len(wire.instruments.sent), len(wire.instruments.finished)) == (1, 1)
