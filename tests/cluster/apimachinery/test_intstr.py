"""Counts that may be percentages."""

from __future__ import annotations

import pytest

from cluster.apimachinery import intstr


@pytest.mark.parametrize(
    ("value", "round_up", "scaled"), [("25%", True, 3), ("25%", False, 2), (4, True, 4), ("0%", True, 0)]
)
def test_a_percentage_is_of_a_total(value: int | str, round_up: bool, scaled: int) -> None:
    assert intstr.scaled(value, 10, round_up=round_up) == scaled
