"""What becomes of a node's taints."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kubectl.commands import taint
from cluster.kubectl.errors import CommandError

Taint = dict[str, Any]
A: Taint = {"key": "a", "value": "1", "effect": "NoSchedule"}
A2: Taint = {"key": "a", "value": "2", "effect": "NoSchedule"}
B: Taint = {"key": "b", "effect": "NoExecute"}
ANY_A: Taint = {"key": "a", "effect": ""}


@pytest.mark.parametrize(
    ("before", "added", "removed", "overwrite", "after", "operation"),
    [
        ([], [A], [], False, [A], "tainted"),
        ([B], [A], [], False, [A, B], "tainted"),
        ([A], [A2], [], True, [A2], "modified"),
        ([A, B], [], [ANY_A], False, [B], "untainted"),
        ([A], [B], [ANY_A], False, [B], "modified"),
    ],
)
def test_changed(
    before: list[Taint], added: list[Taint], removed: list[Taint], overwrite: bool, after: list[Taint], operation: str
) -> None:
    assert taint.changed("n", before, (added, removed), overwrite=overwrite) == (after, operation)


@pytest.mark.parametrize(
    ("before", "added", "removed", "message"),
    [
        ([A], [A2], [], "node n already has a taint(s) with same effect(s) and --overwrite is false"),
        ([B], [], [ANY_A], 'taint "a" not found'),
        ([B], [], [A], 'taint "a:NoSchedule" not found'),
    ],
)
def test_a_refusal(before: list[Taint], added: list[Taint], removed: list[Taint], message: str) -> None:
    with pytest.raises(CommandError) as refused:
        taint.changed("n", before, (added, removed), overwrite=False)
    assert str(refused.value) == message
