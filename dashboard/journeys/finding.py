"""Which hop is which step of one pod's journey. Pure.

Hops are the plain dicts of `cluster.recorder.query`, oldest first; `dashboard.presenters.pod_hops` adds what only a
body tells: `phase` (of a status patch), `node` (of a binding), `lists` (an answered list of pods).
"""

from __future__ import annotations

from typing import Any

from dashboard.journeys.steps import API, CLIENT, STEPS, Step

Hop = dict[str, Any]
CUT = "cut"
ENDED_WELL_OR_NOT = ("Running", "Succeeded", "Failed", "")


def is_creation(hop: Hop) -> bool:
    """Is this somebody asking for a pod?"""
    return bool(hop["verb"] == "POST" and hop["target"] == API and not hop["answers"] and hop["path"].endswith("/pods"))


def find(first: Hop, hops: list[Hop]) -> dict[int, Hop]:
    """Each step's first hop, from the hop that asked for the pod on; one that a crash cut off only when none repeats it."""
    found = {1: first}
    later = [hop for hop in hops if hop["id"] > first["id"]]
    later.sort(key=lambda hop: bool(hop["outcome"] == CUT))
    for step in STEPS[1:]:
        told = next((hop for hop in later if fits(step, hop, found)), None)
        if told is None and step.listed:
            told = next((hop for hop in later if _tells_by_list(step, hop, found)), None)
        if told is not None:
            found[step.number] = told
    return found


def fits(step: Step, hop: Hop, found: dict[int, Hop]) -> bool:
    """Is `hop` this step, given the hops of the steps before?"""
    if hop.get("lists") or bool(hop["answers"]) != step.answer or hop["verb"] != step.verb:
        return False
    if not (_is(step.source, hop["source"], found) and _is(step.target, hop["target"], found)):
        return False
    if (step.path and step.path not in hop["path"]) or (step.detail and hop["detail"] != step.detail):
        return False
    return _in_order(step, hop, found) and hop.get("phase", "") in ENDED_WELL_OR_NOT


def _tells_by_list(step: Step, hop: Hop, found: dict[int, Hop]) -> bool:
    """An answered GET, of the pod or of a list that holds it, tells what an event would have told."""
    if hop["verb"] != "GET" or not hop["answers"] or hop["outcome"] != "200":
        return False
    if not (_is(step.source, hop["source"], found) and _is(step.target, hop["target"], found)):
        return False
    written = max(told["revision"] for number, told in found.items() if number < step.number)
    return _in_order(step, hop, found) and 0 < written <= hop["revision"]


def _in_order(step: Step, hop: Hop, found: dict[int, Hop]) -> bool:
    if step.cause:
        return step.cause in found and hop["cause"] == found[step.cause]["id"]
    return not step.after or (step.after in found and hop["id"] > found[step.after]["id"])


def _is(role: str, component_id: str, found: dict[int, Hop]) -> bool:
    if role == CLIENT:
        asked = found[1]["source"]
        return component_id == asked or asked.startswith(f"{component_id}.")
    return component_id == role or component_id.startswith(f"{role}.")
