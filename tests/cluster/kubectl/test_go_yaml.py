"""YAML as Go reads it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

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
    found = go_yaml.as_json(yaml.load(text, Loader=go_yaml.Loader))
    assert found == value
    assert type(found) is type(value)
