"""Which command lines are timers and nothing else."""

from __future__ import annotations

import pytest

from cluster.runtime import script


@pytest.mark.parametrize(
    ("words", "seconds", "code"),
    [
        (["sleep", "5"], 5.0, 0),
        (["sh", "-c", "sleep 2m"], 120.0, 0),
        (["sleep", "infinity"], None, 0),
        (["tail", "-f", "/dev/null"], None, 0),
        (["true"], 0.0, 0),
        (["/bin/sh", "-c", "false"], 0.0, 1),
    ],
)
def test_a_timer_needs_no_shell(words: list[str], seconds: float | None, code: int) -> None:
    found = script.read(words)
    assert (found.script, found.seconds, found.exit_code) == ((), seconds, code)


@pytest.mark.parametrize("words", [["sh", "-c", "sleep 1; false"], ["cat", "/x"], ["sh", "-c", "sleep 1", "name"]])
def test_anything_else_is_run(words: list[str]) -> None:
    assert script.read(words).script == tuple(words)
