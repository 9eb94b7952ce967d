"""Time and chance come from the cluster's clock alone: no naked timers on the event loop (ruff bans the rest)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANNED = {"call_later", "call_at"}
CLOCKS = {"clock", "_clock", "pace_clock"}
SOURCES = [path for path in sorted((ROOT / "cluster").rglob("*.py")) if path.name != "clock.py"]


def naked_timers(source: str) -> list[int]:
    """Lines that set a timer on anything but a clock."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BANNED:
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name not in CLOCKS:
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_timers_are_the_clocks(path: Path) -> None:
    assert naked_timers(path.read_text()) == []


def test_a_naked_timer_is_found() -> None:
    assert naked_timers("asyncio.get_running_loop().call_later(1, f)\nself.clock.call_later(1, f)") == [1]
