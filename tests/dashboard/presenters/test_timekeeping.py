"""Timers in words: whose, what for, those alike told once, what is due at once left out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cluster.clock import VirtualClock, whose
from dashboard.presenters import timekeeping


class Leases:
    def _fire(self) -> None:
        raise AssertionError("it is not due")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("WorkQueue._due default/web", "looks again at default/web"),
        ("NodeRegistration.heartbeat", "renews its lease"),
        ("Something.else", "Something.else"),
    ],
)
def test_a_timer_is_told_in_words_where_they_are_known(name: str, words: str) -> None:
    assert timekeeping.in_words(name) == words


async def test_the_next_timers_are_told_those_alike_once() -> None:
    clock = VirtualClock()
    for seconds, owner, callback in (
        (0.1, "etcd", Leases._fire),
        (30, "kube-apiserver", Leases._fire),
        (10, "kubelet.worker-1", print),
        (11, "kubelet.worker-2", print),
    ):
        token = whose.set(owner)
        clock.call_later(seconds, callback)
        whose.reset(token)
    told: Any = timekeeping.upcoming(SimpleNamespace(clock=clock))  # type: ignore[arg-type]  # as much as it asks for
    assert [(each["component"], each["what"], each["seconds"], each["alike"]) for each in told] == [
        ("kubelet.worker-1", "print", 10.0, 1),
        ("etcd", "the oldest lease ends", 30.0, 0),
    ]
    clock.close()
