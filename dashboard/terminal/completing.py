"""Completion of a half-typed line: its last program decides. Programs by name, what follows kubectl by kubectl itself."""

from __future__ import annotations

import re

from cluster.kubectl import completion
from cluster.kubectl.session import Session
from dashboard.terminal.filters import FILTERS
from dashboard.terminal.shell import KUBECTL

LAST_PROGRAM = re.compile(r"(?:.*(?:\||;|&&|\n))?\s*(.*)", re.DOTALL)


async def offer(typed: str, session: Session) -> tuple[str, list[str]]:
    """(the part that is begun, what it may become) of the text before the cursor."""
    found = LAST_PROGRAM.fullmatch(typed)
    words = re.split(r"\s+", found[1]) if found else [""]
    if len(words) == 1:
        return words[0], sorted(name for name in (*KUBECTL, *FILTERS, "help") if name.startswith(words[0]))
    if words[0] not in KUBECTL:
        return words[-1], []
    part = words[-1]
    if part.startswith("--") and "=" in part:
        flag, _, begun = part.partition("=")
        return begun, await completion.candidates([*words[1:-1], flag, begun], session)
    return part, await completion.candidates(words[1:], session)
