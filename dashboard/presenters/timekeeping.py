"""The cluster's clock as a page tells it: its rate, and what it will wake next, in words."""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.rule import BREAKPOINT

MOST_LOOKED_AT, SHOWN = 400, 8
SOON_SECONDS = 0.5
"""What is due sooner is over before anybody could jump to it."""
JUMP_SECONDS = 45.0
BEHIND_SECONDS = 0.1
"""A jump ends a little behind its timer: what that sets off is then seen."""

WORDS = {
    "NodeRegistration.heartbeat": "renews its lease",
    "WorkQueue._due": "looks again at",
    "ApiServer._send_bookmarks": "sends bookmarks to its watches",
    "Leases._fire": "the oldest lease ends",
    "KubeProxy.sync": "writes its rules anew",
    "SimulatedRuntime._end": "a container ends",
    "PodWorker": "looks at its pod again",
    "Prober": "probes a container",
}
OWNERS = {"Leases._fire": component.ETCD}
"""Whose a timer is that another's request set."""


def transport(cluster: RunningCluster) -> dict[str, Any]:
    """What the transport bar shows: the pace, the clock, how many breakpoints and faults there are."""
    keeper, control = cluster.timekeeper, cluster.wire.control
    rules = list(control.rules.values())
    return {
        **control.pace.as_dict(),
        "rate": keeper.rate,
        "holds": keeper.holds,
        "held": keeper.held,
        "jumping": keeper.target is not None,
        "broken": len(cluster.faults.listed()),
        "breakpoints": sum(each.purpose == BREAKPOINT and each.enabled for each in rules),
    }


def upcoming(cluster: RunningCluster, shown: int = SHOWN) -> list[dict[str, Any]]:
    """The next timers, soonest first; of those alike (each node's lease) only the first. Call it on the event loop."""
    now = cluster.clock.now()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in cluster.clock.due(MOST_LOOKED_AT):
        seconds, what = each.when - now, in_words(each.what)
        owner = OWNERS.get(each.what, each.owner)
        alike = (
            owner if component.node_of(owner) is None else owner.partition(".")[0],
            what.split(" at ")[0],
        )
        if seconds < SOON_SECONDS:
            continue
        if alike in found:
            found[alike]["alike"] += 1
        elif len(found) < shown:
            found[alike] = {"component": owner, "what": what, "seconds": round(seconds, 1), "alike": 0}
    return list(found.values())


def in_words(what: str) -> str:
    name, _, rest = what.partition(" ")
    words = next((words for known, words in WORDS.items() if name.startswith(known)), name)
    return f"{words} {rest}".strip()


async def told(cluster: RunningCluster) -> dict[str, Any]:
    """The cluster's clock, and what it will wake."""
    keeper = cluster.timekeeper
    return {
        "time": cluster.clock.now(),
        "rate": keeper.rate,
        "pace": keeper.pace,
        "holds": keeper.holds,
        "target": keeper.target,
        "timers": upcoming(cluster),
    }


async def forward(cluster: RunningCluster, seconds: float) -> None:
    """Go forward. ValueError while the clock is held, or when it takes too long: it then goes on by itself."""
    try:
        await cluster.pace_clock.wait_for(cluster.timekeeper.jump(seconds), JUMP_SECONDS)
    except TimeoutError as error:
        raise ValueError("it takes long; the clock goes on until it is there") from error


async def to_next_timer(cluster: RunningCluster) -> None:
    """Go forward to the next timer that is told. ValueError when there is none."""
    soonest = upcoming(cluster, 1)
    if not soonest:
        raise ValueError("no timer is set")
    await forward(cluster, soonest[0]["seconds"] + BEHIND_SECONDS)
