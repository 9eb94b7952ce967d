"""Reads a pod's journey from hops: which steps are done, where it waits, what refused it. Pure.

Hops are the plain dicts of `cluster.recorder.query`, oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.journeys.steps import BOUND_NOTE, CLIENT, STEPS, UPSTREAM_NOTE, WAITING_NOTE, Step

Hop = dict[str, Any]
DONE, NOW, WAITING, STALLED, REFUSED, SKIPPED = "done", "now", "waiting", "stalled", "refused", "skipped"
HELD_UP = ("waiting", "held", "delayed")
BOUND_STEPS = (6, 7, 8)


@dataclass(slots=True)
class About:
    """What a journey is about; `running` are the ids of components that run."""

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


def read(about: About, hops: list[Hop]) -> dict[str, Any]:
    """The journey: pod, mode, waiting_for, and its fourteen steps."""
    found = _find(about, hops)
    about.node = about.node or _node(found)
    refused = _refusal(found)
    steps, waiting_for = [], ""
    pending = False
    for step in STEPS:
        hop = found.get(step.number)
        state, note = _state(about, step, hop, found, pending)
        if refused and step.number >= refused[0]:
            state = REFUSED if step.number == refused[0] else WAITING
            note = refused[1] if state == REFUSED else ""
        elif state in (NOW, STALLED):
            waiting_for = waiting_for or _awaited(about, step, hop)
            if waiting_for and waiting_for not in about.running and waiting_for != CLIENT:
                state = STALLED
            pending = True
        steps.append(_row(about, step, hop, state, note))
    return {
        "pod": f"{about.namespace}/{about.name}",
        "uid": about.uid,
        "mode": about.mode,
        "waiting_for": "" if refused else waiting_for,
        "refused": refused[1] if refused else "",
        "done": all(each["state"] in (DONE, SKIPPED) for each in steps),
        "steps": steps,
    }


def _find(about: About, hops: list[Hop]) -> dict[int, Hop]:
    """The first hop of each step, after the hop that asked for the pod."""
    created = [hop for hop in hops if _is_creation(hop) and (not about.uid or hop["subject"]["uid"] in (about.uid, ""))]
    if not created:
        return {}
    first = created[-1]
    found = {1: first}
    for step in STEPS[1:]:
        for hop in hops:
            if hop["id"] > first["id"] and _fits(step, hop, found):
                found[step.number] = hop
                break
    return found


def _is_creation(hop: Hop) -> bool:
    return (
        hop["verb"] == "POST"
        and hop["target"] == "kube-apiserver"
        and not hop["answers"]
        and hop["path"].endswith("/pods")
    )


def _fits(step: Step, hop: Hop, found: dict[int, Hop]) -> bool:
    if bool(hop["answers"]) != step.answer and step.number != 14:
        return False
    if step.number == 14:
        last = found.get(13)
        told = hop["verb"] == "WATCH" or (hop["answers"] and hop["verb"] == "GET")
        return bool(last and told and hop["id"] > last["id"] and hop["target"] == found[1]["source"])
    if not _is(step.source, hop["source"]) or not _is(step.target, hop["target"]) or hop["verb"] != step.verb:
        return False
    if step.path and step.path not in hop["path"]:
        return False
    if step.detail and hop["detail"] != step.detail:
        return False
    if step.number == 12 and 11 in found and hop["id"] < found[11]["id"]:
        return False
    return not step.cause or (step.cause in found and hop["cause"] == found[step.cause]["id"])


def _is(role: str, component_id: str) -> bool:
    return component_id == role or component_id.startswith(f"{role}.")


def _state(about: About, step: Step, hop: Hop | None, found: dict[int, Hop], pending: bool) -> tuple[str, str]:
    if step.number in BOUND_STEPS and about.bound:
        return SKIPPED, BOUND_NOTE
    if hop is not None:
        unanswered = hop["outcome"] == "pending" and max(found) == step.number
        return (NOW if unanswered or hop["outcome"] in HELD_UP else DONE), ""
    if step.number in (2, 3) and about.mode == "upstream" and 4 in found:
        return SKIPPED, UPSTREAM_NOTE
    if step.number in BOUND_STEPS and 9 in found and 8 not in found:
        return SKIPPED, BOUND_NOTE
    if not found or pending:
        return WAITING, ""
    if step.number == 14:
        return WAITING, WAITING_NOTE
    later = any(number > step.number for number in found)
    return (DONE, "This message is no longer kept.") if later else (NOW, "")


def _awaited(about: About, step: Step, hop: Hop | None) -> str:
    """Who must act for the journey to go on."""
    source, target = _id(about, step.source), _id(about, step.target)
    if hop is not None:
        return target
    if source not in about.running or target in about.running:
        return source
    return target


def _id(about: About, role: str) -> str:
    return f"{role}.{about.node}" if role in ("kubelet", "runtime") and about.node else role


def _node(found: dict[int, Hop]) -> str:
    hop = found.get(9)
    return str(hop["target"]).partition(".")[2] if hop else ""


def _refusal(found: dict[int, Hop]) -> tuple[int, str] | None:
    """(the step at which the request was refused, why), None when it was not."""
    first = found.get(1)
    if first is None or not first["outcome"].isdigit() or int(first["outcome"]) < 400:
        return None
    status = first.get("response") or {}
    message = status.get("message") if isinstance(status, dict) else ""
    return (3 if 2 in found else 2), message or f"refused with {first['outcome']}"


def _row(about: About, step: Step, hop: Hop | None, state: str, note: str) -> dict[str, Any]:
    words = {
        "name": about.name,
        "user": about.user,
        "key": f"/registry/pods/{about.namespace}/{about.name}",
        "revision": hop["revision"] if hop else "…",
        "node": about.node or "…",
        "image": about.image or "…",
    }
    return {
        "step": step.number,
        "source": hop["source"] if hop else _id(about, step.source),
        "target": hop["target"] if hop else _id(about, step.target),
        "sentence": step.sentence.format(**words),
        "note": note,
        "state": state,
        "hop": hop["id"] if hop else None,
        "revision": hop["revision"] or None if hop else None,
        "time": hop["time"] if hop else None,
    }
