"""Reads a journey of any kind from the hops that its first one caused, and says which kind a request begins. Pure."""

from __future__ import annotations

from typing import Any

from cluster.wire.component import is_client
from dashboard.journeys import kinds
from dashboard.journeys.kinds import Kind, Leg
from dashboard.journeys.steps import API, CLIENT, MANAGER

Hop = dict[str, Any]
UNREACHABLE = "node.kubernetes.io/unreachable"


def may_begin(hop: Hop) -> Kind | None:
    """A journey that a request begins by its verb, resource and sender; which of them, its body decides (`kind_of`)."""
    if hop["answers"] or hop["target"] != API or not hop["outcome"].startswith("2"):
        return None
    subject = hop["subject"]
    return next(
        (
            each
            for each in kinds.KINDS
            if hop["verb"] in each.verbs and subject["resource"] == each.resource and _is(each.source, hop["source"])
        ),
        None,
    )


def kind_of(hop: Hop, body: Any) -> Kind | None:
    """The journey that a request begins, by its verb, resource, sender and body; None when it begins none."""
    chosen = may_begin(hop)
    if chosen is None:
        return None
    if chosen.name == kinds.NODE_LOSS:
        return chosen if UNREACHABLE in str(body) else None
    if hop["subject"]["subresource"] not in ("", "scale"):
        return None
    return _of_deployment(hop, body) if chosen.name in (kinds.SCALE, kinds.ROLLOUT) else chosen


def _of_deployment(hop: Hop, body: Any) -> Kind:
    """A change of the template rolls out; one of the size alone scales."""
    spec = body.get("spec") if isinstance(body, dict) else None
    rolls = isinstance(spec, dict) and "template" in spec and not hop["path"].endswith("/scale")
    return next(each for each in kinds.KINDS if each.name == (kinds.ROLLOUT if rolls else kinds.SCALE))


def descendants(first: int, hops: list[Hop]) -> list[Hop]:
    """The hops that one caused, and those that these caused, and so on; oldest first. Causes come before effects."""
    caused, found = {first}, []
    for hop in sorted(hops, key=lambda each: int(each["id"])):
        if hop["cause"] in caused:
            caused.add(hop["id"])
            found.append(hop)
    return found


def read(kind: Kind, first: Hop, hops: list[Hop], running: frozenset[str], user: str) -> dict[str, Any]:
    """The journey in the shape that the story is told in."""
    found: list[Hop | None] = [first]
    last = first["id"]
    for leg in kind.legs[1:]:
        hop = next((each for each in hops if each["id"] > last and fits(leg, each)), None)
        found.append(hop)
        last = hop["id"] if hop is not None else last
    reached = max(index for index, hop in enumerate(found) if hop is not None)
    steps = [
        _row(kind, index, leg, hop, first, user) for index, (leg, hop) in enumerate(zip(kind.legs, found, strict=True))
    ]
    waiting_for = ""
    for index, step in enumerate(steps):
        if step["hop"] or index < reached or kind.legs[index].spare:
            step["state"] = "done" if step["hop"] else "skipped"
        elif not waiting_for:
            waiting_for = kind.legs[index].source
            step["state"] = "now" if _runs(waiting_for, running) else "stalled"
    subject = first["subject"]
    about = "/".join(filter(None, (subject["namespace"], subject["name"])))
    return {
        "title": kind.title,
        "pod": about,
        "uid": "",
        "hop": first["id"],
        "mode": "",
        "waiting_for": waiting_for,
        "refused": "",
        "deleted": False,
        "done": not waiting_for,
        "steps": steps,
    }


def fits(leg: Leg, hop: Hop) -> bool:
    if hop["answers"] or hop["verb"] not in leg.verbs or (leg.detail and hop["detail"] != leg.detail):
        return False
    return leg.path in hop["path"] and _is(leg.source, hop["source"]) and _is(leg.target, hop["target"])


def _row(kind: Kind, index: int, leg: Leg, hop: Hop | None, first: Hop, user: str) -> dict[str, Any]:
    subject = first["subject"]
    words = {"user": user, "verb": first["verb"], "resource": subject["resource"], "name": subject["name"]}
    return {
        "step": index + 1,
        "source": hop["source"] if hop else leg.source,
        "target": hop["target"] if hop else leg.target,
        "sentence": leg.sentence.format(**words),
        "upstream": leg.upstream,
        "note": "",
        "state": "waiting",
        "hop": hop["id"] if hop else None,
        "revision": (hop or {}).get("revision") or None,
        "time": hop["time"] if hop else None,
    }


def _is(role: str, component_id: str) -> bool:
    if role == CLIENT:
        return is_client(component_id)
    return component_id == role or component_id.startswith(f"{role}.")


def _runs(role: str, running: frozenset[str]) -> bool:
    """Does one of that role run? A loop runs with its manager."""
    if role == CLIENT:
        return True
    return any(_is(role, each) for each in running) and (not role.startswith(MANAGER) or MANAGER in running)
