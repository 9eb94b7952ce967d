"""Reads a pod's journey from hops: which steps are done, where it waits and for whom, what refused it. Pure.

The story goes on in `steps` (the table) and `finding` (which hop is which step).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.journeys import finding
from dashboard.journeys.finding import CUT, Hop
from dashboard.journeys.steps import (
    AGAIN_NOTE,
    API,
    BOUND_NOTE,
    BOUND_STEPS,
    CLIENT,
    CUT_NOTE,
    FORGOTTEN_NOTE,
    GONE_NOTE,
    HELD_NOTE,
    KUBELET,
    LOST_NOTE,
    REVIEW_STEPS,
    RUNTIME,
    STEPS,
    UPSTREAM_NOTE,
    UPSTREAM_TERMS,
    WAITING_NOTE,
    Step,
)

DONE, NOW, WAITING, STALLED, REFUSED, SKIPPED = "done", "now", "waiting", "stalled", "refused", "skipped"
UNANSWERED = ("pending", "waiting", "held", "delayed")
WRITTEN_STEP = 5
LOST = ("unreachable", "dropped", "failed")


@dataclass(slots=True)
class About:
    """What a journey is about. `running` are the ids of the components that run; `notes` say why a step takes long;
    `written` is the revision of the creation, where etcd's log knows it and no hop does."""

    namespace: str
    name: str
    uid: str
    mode: str
    node: str = ""
    image: str = ""
    user: str = "The user"
    bound: bool = False
    running: frozenset[str] = frozenset()
    notes: dict[int, str] = field(default_factory=dict)
    fit: str = ""
    score: str = ""
    address: str = ""
    phase: str = "runs"
    written: int = 0


@dataclass(slots=True)
class _Road:
    """How far the journey has come."""

    about: About
    found: dict[int, Hop]
    refused: tuple[int, str] | None
    gone: bool
    waiting_for: str = ""
    open: bool = False


def read(about: About, hops: list[Hop], first: Hop | None = None) -> dict[str, Any]:
    """The journey that `first` (else the newest request for a pod) began: pod, mode, waiting_for, fourteen steps."""
    if first is None:
        first = next((hop for hop in reversed(hops) if finding.is_creation(hop)), None)
    found = finding.find(first, hops) if first is not None else {}
    about.node = about.node or _node(found)
    gone = any(
        hop["verb"] == "WATCH" and hop["detail"] == "DELETED" for hop in hops if first and hop["id"] > first["id"]
    )
    road = _Road(about, found, _refusal(about, found), gone)
    steps = [_row(road, step, *_state(road, step)) for step in STEPS]
    return {
        "pod": f"{about.namespace}/{about.name}",
        "uid": about.uid,
        "hop": first["id"] if first is not None else None,
        "mode": about.mode,
        "waiting_for": road.waiting_for,
        "refused": road.refused[1] if road.refused else "",
        "deleted": gone,
        "done": bool(found) and all(each["state"] in (DONE, SKIPPED) for each in steps),
        "steps": steps,
    }


# --- the state of one step ---------------------------------------------------------------------------------------------


def _state(road: _Road, step: Step) -> tuple[str, str]:
    """(state, note) of a step; the first one that is not done says whom the journey waits for."""
    if road.refused is not None:
        return _state_when_refused(road, step, road.refused)
    if step.number in BOUND_STEPS and road.about.bound:
        return SKIPPED, BOUND_NOTE
    if step.number in REVIEW_STEPS and road.about.mode == "upstream" and step.number not in road.found:
        return (SKIPPED if len(road.found) > 1 else WAITING), UPSTREAM_NOTE
    if not road.found or road.open:
        return WAITING, ""
    hop = road.found.get(step.number)
    if hop is None:
        return _state_of_missing(road, step)
    if step.number <= WRITTEN_STEP and road.about.written:
        return DONE, ""
    if step.number == max(road.found) and hop["outcome"] in (*UNANSWERED, *LOST, CUT):
        return _not_done(road, step, hop)
    return DONE, ""


def _state_of_missing(road: _Road, step: Step) -> tuple[str, str]:
    if step.number < max(road.found) or (road.about.written and step.number <= WRITTEN_STEP):
        return DONE, FORGOTTEN_NOTE
    if road.gone:
        return SKIPPED, GONE_NOTE
    if step.number == len(STEPS):
        return WAITING, WAITING_NOTE
    return _not_done(road, step, None)


def _not_done(road: _Road, step: Step, hop: Hop | None) -> tuple[str, str]:
    about = road.about
    road.open = True
    if hop is not None and hop["outcome"] == CUT:
        road.waiting_for = str(hop["source"])
        return NOW if _runs(about, road.waiting_for) else STALLED, AGAIN_NOTE.format(who=road.waiting_for)
    road.waiting_for = _awaited(about, step, hop)
    note = about.notes.get(step.number, "")
    if hop is not None and hop["outcome"] == "held":
        return NOW, HELD_NOTE
    if hop is not None and step.number == 1 and hop["outcome"] in LOST:
        return STALLED, LOST_NOTE.format(who=road.waiting_for)
    return (NOW if _runs(about, road.waiting_for) else STALLED), note


def _state_when_refused(road: _Road, step: Step, refused: tuple[int, str]) -> tuple[str, str]:
    if step.number == refused[0]:
        return REFUSED, refused[1]
    if step.number > refused[0]:
        return WAITING, ""
    if step.number in REVIEW_STEPS and road.about.mode == "upstream":
        return SKIPPED, UPSTREAM_NOTE
    return DONE, ""


def _awaited(about: About, step: Step, hop: Hop | None) -> str:
    """Who must act for the journey to go on."""
    source, target = _id(about, step.source), _id(about, step.target)
    if hop is not None:
        return str(hop["target"])
    if not _runs(about, source) or _runs(about, target):
        return source
    return target


def _runs(about: About, component_id: str) -> bool:
    return component_id == CLIENT or component_id in about.running or component_id in (KUBELET, RUNTIME)


def _id(about: About, role: str) -> str:
    return f"{role}.{about.node}" if role in (KUBELET, RUNTIME) and about.node else role


def _node(found: dict[int, Hop]) -> str:
    for number, end in ((9, "target"), (10, "source")):
        if number in found:
            return str(found[number][end]).partition(".")[2]
    return str(found[8].get("node", "")) if 8 in found else ""


def _refusal(about: About, found: dict[int, Hop]) -> tuple[int, str] | None:
    """(the step at which the request was refused, why), None when it was not."""
    first = found.get(1)
    if first is None:
        return None
    if first["outcome"] in LOST and len(found) == 1 and API in about.running:
        return 1, LOST_NOTE.format(who="the API server")
    if first["outcome"] == CUT and max(found) <= WRITTEN_STEP and not about.written:
        return max(found), CUT_NOTE
    if not first["outcome"].isdigit() or int(first["outcome"]) < 400:
        return None
    status = first.get("response") or {}
    message = status.get("message") if isinstance(status, dict) else ""
    number = 4 if 4 in found else 3 if 2 in found else 2
    return number, message or f"refused with {first['outcome']}"


def _row(road: _Road, step: Step, state: str, note: str) -> dict[str, Any]:
    about, hop = road.about, road.found.get(step.number)
    client = road.found[1]["source"] if 1 in road.found else CLIENT
    ends = {name: client if _id(about, name) == CLIENT else _id(about, name) for name in (step.source, step.target)}
    revision = (hop and hop["revision"]) or (about.written if step.number in (4, WRITTEN_STEP) else 0)
    words = {
        "name": about.name,
        "user": about.user,
        "key": f"/registry/pods/{about.namespace}/{about.name}",
        "revision": revision or "…",
        "node": about.node or "…",
        "image": about.image or "…",
        "fit": about.fit,
        "score": about.score,
        "phase": about.phase,
        "address": about.address,
    }
    return {
        "step": step.number,
        "source": hop["source"] if hop else ends[step.source],
        "target": hop["target"] if hop else ends[step.target],
        "sentence": step.sentence.format(**words).replace("….", "…"),
        "upstream": UPSTREAM_TERMS[step.number],
        "note": note,
        "state": state,
        "hop": hop["id"] if hop else None,
        "revision": revision or None,
        "time": hop["time"] if hop else None,
        "touched": hop.get("touched", "") if hop else "",
    }
