"""YAML as Go reads it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kubectl import go_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True),
        ("no", False),
        ("12:30", "12:30"),
        ("1:2:3", "1:2:3"),
        ("2026-01-02", "2026-01-02"),
        ("012", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", 1000),
        ("08", 8.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.2.3", "1.2.3"),
        ("100m", "100m"),
        ("-5", -5),
        ("0", 0),
        ("null", None),
        ("yesterday", "yesterday"),
        ("{1: a, no: b, c: [{2: d}]}", {"1": "a", "false": "b", "c": [{"2": "d"}]}),
        ("0o", "0o"),
    ],
)
def test_a_value(text: str, value: Any) -> None:
    (found,) = go_yaml.documents(text)
    assert found == value
    assert type(found) is type(value)


def test_what_would_take_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="exceeded max depth"):
        go_yaml.documents("[" * 100_000)
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    with pytest.raises(ValueError, match="excessive aliasing"):
        go_yaml.documents(bomb)
