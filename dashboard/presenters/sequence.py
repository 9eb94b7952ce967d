"""A sequence chart: lifelines and the messages between them, laid out for `templates/parts/sequence.svg`. Pure.

Colours and sizes are attributes of the drawing itself, so that the file looks the same wherever it is opened.
"""

from __future__ import annotations

from typing import Any

from dashboard.presenters import diagram
from dashboard.templatetags.components import colour

LANE, ROW, TOP, LEFT, LABEL_LETTERS = 170, 34, 64, 90, 30
MOST = 80
INKS = {
    "light": {"ground": "#ffffff", "ink": "#172033", "soft": "#566278", "line": "#c9d3e4", "bad": "#b32626"},
    "dark": {"ground": "#161e2d", "ink": "#e6ecf7", "soft": "#9dabc2", "line": "#3a4863", "bad": "#ff9090"},
}
FILLS = {
    "api": "#326ce5",
    "etcd": "#1f9d61",
    "scheduler": "#8b5cf6",
    "manager": "#e07b23",
    "kubelet": "#0e9aa7",
    "proxy": "#d1498b",
    "runtime": "#7c8798",
    "client": "#64748b",
}

Hop = dict[str, Any]


def chart(hops: list[Hop], title: str, steps: dict[int, int], theme: str = "light") -> dict[str, Any]:
    """`hops` oldest first; `steps` names the step of a journey that a hop is."""
    shown = hops[:MOST]
    lanes = list(dict.fromkeys(end for hop in shown for end in (hop["source"], hop["target"])))
    at = {name: LEFT + index * LANE for index, name in enumerate(lanes)}
    height = TOP + ROW * (len(shown) + 1)
    return {
        "title": title,
        "width": LEFT * 2 + LANE * max(0, len(lanes) - 1),
        "height": height,
        "lanes": [
            {"name": name, "short": _fit(name.removeprefix("kube-"), 20), "x": x, "fill": FILLS[colour(name)]}
            for name, x in at.items()
        ],
        "rows": [_row(hop, index, at, steps.get(hop["id"])) for index, hop in enumerate(shown)],
        "more": len(hops) - len(shown),
        "ink": INKS.get(theme, INKS["light"]),
        "bottom": height - 14,
    }


def _row(hop: Hop, index: int, at: dict[str, int], step: int | None) -> dict[str, Any]:
    start, end, y = at[hop["source"]], at[hop["target"]], TOP + ROW * (index + 1)
    back = hop["outcome"][:1] in ("4", "5") or hop["outcome"] in ("dropped", "unreachable", "failed", "cut")
    itself = start == end
    right = end > start
    return {
        "hop": hop["id"],
        "step": step,
        "x1": start,
        "x2": end - (7 if right else -7) if not itself else start,
        "tip": f"{end},{y} {end - (8 if right else -8)},{y - 4} {end - (8 if right else -8)},{y + 4}",
        "y": y,
        "down": y + 12,
        "middle": start + 14 if itself else (start + end) / 2,
        "anchor": "start" if itself else "middle",
        "label": _fit(diagram.label_of(hop), LABEL_LETTERS if abs(end - start) <= LANE else LABEL_LETTERS * 2),
        "whole": f"{hop['source']} → {hop['target']}: {hop['verb']} {hop['detail']} {hop['path']} {hop['outcome']}",
        "itself": itself,
        "dashed": bool(hop["answers"]),
        "bad": back,
        "fill": FILLS[colour(hop["source"])],
    }


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
