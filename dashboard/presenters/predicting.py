"""Predict mode: what a held message is asked about, what somebody said, and what the live hops made of it. Blocks.

The choices are what really followed such messages here, what its receiver may do about it (`predictions.reactions`),
and misconceptions. The judge is the wire: the first messages that are sent because of the held one, once it is gone on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.wire import pace
from cluster.wire.component import OUTSIDE
from cluster.wire.hop import DROPPED, OPEN, Hop
from dashboard.models import Prediction
from dashboard.predictions import misconceptions, move, question, reactions
from dashboard.predictions.move import NOTHING, Move
from dashboard.presenters import diagram

LIKE, PATIENCE_SECONDS, SETTLED_SECONDS = 5, 4.0, 0.4
"""How many earlier messages alike are looked at; how long nothing must follow for nothing to follow; how long others
may still follow the first."""

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a held message."""

    hop: Found
    choices: list[Move]


def panel(cluster: RunningCluster, user: Any) -> Found:
    """What the box of predict mode shows: an answer that waits for its verdict, else the last verdict and a question."""
    mine = Prediction.objects.filter(user=user, cluster=cluster.row.pk)
    waiting = [each for each in mine.filter(verdict="").order_by("pk") if not judge(cluster, each)]
    last = mine.exclude(verdict="").order_by("-pk").first()
    asked = None if waiting else next_question(cluster, set(mine.values_list("hop", flat=True)))
    return {
        "waiting": _told(cluster, waiting[0]) if waiting else None,
        "last": _told(cluster, last) if last is not None else None,
        "question": _shown(asked) if asked is not None else None,
        "score": score(user),
    }


def next_question(cluster: RunningCluster, answered: set[int]) -> Asked | None:
    """Of the held messages the oldest that was not asked about and makes a fair question."""
    for hop in list(cluster.wire.control.held.values()):
        if hop.id not in answered and not pace.is_heartbeat(hop.path):
            asked = ask(cluster, query.as_dict(hop))
            if asked.choices:
                return asked
    return None


def ask(cluster: RunningCluster, held: Found) -> Asked:
    roles = frozenset(move.role(state.id) for state in cluster.components())
    real = [*_seen(cluster, held), *reactions.moves(move.of(held), cluster.row.mode)]
    return Asked(held, question.choices(held, real, roles))


def answer(cluster: RunningCluster, user: Any, number: int, chosen: int) -> None:
    """Keep what somebody says. KeyError when the message is not held any more; ValueError for no choice of it, or a
    second answer."""
    hop = cluster.wire.control.held[number]
    choices = ask(cluster, query.as_dict(hop)).choices
    if not 0 <= chosen < len(choices):
        raise ValueError(_("that is none of the choices"))
    said, about = asdict(choices[chosen]), hop.subject.name or hop.path
    try:
        with transaction.atomic():
            Prediction.objects.create(
                user=user, cluster=cluster.row.pk, hop=number, after=cluster.wire.last_id, about=about[:320], move=said
            )
    except IntegrityError as error:
        raise ValueError(_("you have answered this already")) from error


def judge(cluster: RunningCluster, said: Prediction) -> bool:
    """Has the wire judged it by now? Then the verdict is kept."""
    held = cluster.wire.ring.get(said.hop)
    if held is None or held.outcome == DROPPED:
        return _kept(said, Prediction.VOID)
    if held.id in cluster.wire.control.waiting:
        return False
    now = cluster.pace_clock.now()
    if not said.released:
        said.released = now
        said.save(update_fields=["released"])
    followers = _followers(cluster, query.as_dict(held), said.after)
    wanted = Move(**said.move)
    hit = next((hop for hop in followers if wanted != NOTHING and wanted.matches(hop)), None)
    if hit is not None:
        return _kept(said, Prediction.RIGHT, hit["id"])
    if followers and now - said.released >= SETTLED_SECONDS:
        return _kept(said, Prediction.WRONG, followers[0]["id"])
    if not followers and now - said.released >= PATIENCE_SECONDS and held.outcome not in OPEN:
        return _kept(said, Prediction.RIGHT if wanted == NOTHING else Prediction.WRONG)
    return False


def score(user: Any) -> Found:
    """{"right", "wrong", "believed": the misconceptions that were, most often first}"""
    mine = Prediction.objects.filter(user=user)
    counts = dict(mine.values_list("verdict").annotate(Count("pk")))
    wrong = mine.filter(verdict=Prediction.WRONG).values_list("move__misconception").annotate(Count("pk"))
    believed = [
        {"truth": _(misconceptions.BY_NAME[name].truth), "times": times}
        for name, times in sorted(wrong, key=lambda each: -each[1])
        if name in misconceptions.BY_NAME
    ]
    return {"right": counts.get("right", 0), "wrong": counts.get("wrong", 0), "believed": believed}


# --- what follows what -------------------------------------------------------------------------------------------------


def _seen(cluster: RunningCluster, held: Found) -> list[Move]:
    """What followed the newest messages like the held one, each message's first."""
    alike, found = move.of(held), []
    newest = (each for each in reversed(cluster.wire.ring) if _may_be(alike, each) and each.id < held["id"])
    for hop in newest:
        earlier = query.as_dict(hop)
        if move.of(earlier) == alike:
            found += [move.of(each) for each in _followers(cluster, earlier, hop.id)[:1]]
        if len(found) >= LIKE:
            break
    return found


def _may_be(alike: Move, hop: Hop) -> bool:
    """A cheap look before a hop is read."""
    return (
        bool(hop.answers) == alike.answers
        and hop.source.startswith(alike.source if alike.source != move.CLIENT else "")
        and hop.target.startswith(alike.target if alike.target != move.CLIENT else "")
        and hop.outcome not in OPEN
    )


def _followers(cluster: RunningCluster, held: Found, after: int) -> list[Found]:
    """The messages sent because of one, oldest first."""
    asked = cluster.wire.ring.get(held["answers"]) if held["answers"] else None
    question_ = query.as_dict(asked) if asked is not None else None
    return [
        found
        for hop in cluster.wire.ring.after(after)
        if hop.source == held["target"]
        and not OUTSIDE & {hop.source, hop.target}
        and not pace.is_heartbeat(hop.path)
        and move.follows(found := query.as_dict(hop), held, question_)
    ]


def _kept(said: Prediction, verdict: str, told: int = 0) -> bool:
    said.verdict, said.told = verdict, told
    said.save(update_fields=["verdict", "told"])
    return True


# --- what is shown -----------------------------------------------------------------------------------------------------


def _shown(asked: Asked) -> Found:
    hop = asked.hop
    what = hop["subject"]["name"] or hop["path"]
    return {
        "hop": hop["id"],
        "source": hop["source"],
        "target": hop["target"],
        "label": diagram.label_of(hop),
        "choices": [_choice(each, what) for each in asked.choices],
    }


def _choice(each: Move, what: str) -> Found:
    return {"source": each.source, "target": each.target, "words": each.words(what)}


def _told(cluster: RunningCluster, said: Prediction) -> Found:
    """An answer with its verdict, in words."""
    chosen = Move(**said.move)
    told = query.hop(cluster.wire, said.told, bodies=False) if said.told else None
    believed = misconceptions.BY_NAME.get(chosen.misconception)
    return {
        "hop": said.hop,
        "said": _choice(chosen, said.about),
        "verdict": said.verdict,
        "held": said.hop in cluster.wire.control.waiting,
        "truth": _(believed.truth) if believed is not None and said.verdict == Prediction.WRONG else "",
        "told": {**told, "label": diagram.label_of(told)} if told is not None else None,
    }
