"""Puts a question together: the moves that are real, and the misconceptions that fit, mixed. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from dashboard.predictions import misconceptions
from dashboard.predictions.move import NOTHING, Hop, Move, resource_of, role

MOST_RIGHT, MOST_WRONG, FEWEST_WRONG = 2, 3, 2


def choices(held: Hop, real: Iterable[Move], roles: frozenset[str]) -> list[Move]:
    """What is offered for a held message; empty when there is no fair question. `real` are the moves that may follow,
    the likeliest first; `roles` are those of the components that the cluster has."""
    right: list[Move] = []
    for move in real:
        if not any(_alike(move, each) for each in right):
            right.append(move)
    believed = [each for each in misconceptions.about(resource_of(held)) if {each.source, each.target} <= roles]
    wrong = [each.move(resource_of(held)) for each in believed]
    wrong = [move for move in wrong if not any(_alike(move, known) for known in right)]
    actor, sender = role(held["target"]), role(held["source"])
    wrong.sort(key=lambda move: (move.source != actor, sender not in (move.source, move.target), _mixed(held, move)))
    if not right or len(wrong) < FEWEST_WRONG:
        return []
    offered = [*right[:MOST_RIGHT], *wrong[:MOST_WRONG]]
    if NOTHING not in offered and len(offered) <= MOST_WRONG + 1:
        offered.append(NOTHING)
    return sorted(offered, key=lambda move: _mixed(held, move))


def _alike(one: Move, other: Move) -> bool:
    return (one.source, one.target, one.act if not one.answers else "", one.answers) == (
        other.source,
        other.target,
        other.act if not other.answers else "",
        other.answers,
    )


def _mixed(held: Hop, move: Move) -> int:
    """An order that tells nothing, the same for everybody who is asked."""
    return zlib.crc32(f"{held['id']} {move.source} {move.target} {move.act}".encode())
