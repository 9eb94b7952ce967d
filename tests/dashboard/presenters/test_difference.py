"""What differs between two objects."""

from __future__ import annotations

from dashboard.presenters import difference


def test_lines_that_came_and_went_stand_among_their_neighbours() -> None:
    before = {"kind": "Pod", "metadata": {"name": "a", "managedFields": [1]}, "status": {"phase": "Pending"}}
    after = {**before, "metadata": {"name": "a", "managedFields": [2]}, "status": {"phase": "Running"}}
    found = difference.lines(before, after)
    assert [(line.sign, line.text) for line in found if line.sign in "+-"] == [
        ("-", "  phase: Pending"),
        ("+", "  phase: Running"),
    ]
    assert found[0] == (" ", "metadata:")


def test_what_is_new_or_gone_is_whole_and_the_same_is_nothing() -> None:
    assert {line.sign for line in difference.lines(None, {"a": 1})} == {"+"}
    assert {line.sign for line in difference.lines({"a": 1}, None)} == {"-"}
    assert difference.lines({"a": 1}, {"a": 1}) == []


def test_yaml_keeps_order_and_every_sign() -> None:
    assert difference.as_yaml({"b": "é😀", "a": ["x"]}) == "b: é😀\na:\n- x\n"
