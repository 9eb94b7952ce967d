"""YAML as kubectl prints it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml as pyyaml

from cluster.kubectl.printers import yaml


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("true", '"true"'),
        ("yes", '"yes"'),
        ("y", '"y"'),
        ("null", '"null"'),
        ("1", '"1"'),
        ("1.5", '"1.5"'),
        ("1e3", '"1e3"'),
        ("0x1F", '"0x1F"'),
        ("012", '"012"'),
        ("1_000", '"1_000"'),
        ("12:30", '"12:30"'),
        ("2026-11-24T23:02:02Z", '"2026-11-24T23:02:02Z"'),
        ("100m", "100m"),
        ("1.2.3", "1.2.3"),
        ("-x", "-x"),
        ("- x", "'- x'"),
        ("a: b", "'a: b'"),
        ("a:b", "a:b"),
        ("a #b", "'a #b'"),
        ("{}", "'{}'"),
        ("*", "'*'"),
        ("it's", "it's"),
        ("'", "''''"),
        ("trailing ", "'trailing '"),
        ("tab\there", '"tab\\there"'),
        ("\x00", '"\\u0000"'),
        ("café", "café"),
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        (2.0, "2"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_a_scalar(value: Any, text: str) -> None:
    assert yaml.document({"k": value}) == f"k: {text}\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\n\n", "k: |+\n  a\n\n"),
        ("a\n\nb\n", "k: |\n  a\n\n  b\n"),
        (" a\nb\n", "k: |2\n   a\n  b\n"),
        ("a \nb", 'k: "a \\nb"\n'),
        ("\n", 'k: "\\n"\n'),
        ([{"b": 1, "a": [1, 2]}, "x"], "k:\n- a:\n  - 1\n  - 2\n  b: 1\n- x\n"),
        ([[1], [[]]], "k:\n- - 1\n- - []\n"),
        ({"b": {}, "a": {"c": 1}}, "k:\n  a:\n    c: 1\n  b: {}\n"),
    ],
)
def test_a_block(value: Any, text: str) -> None:
    assert yaml.document({"k": value}) == text


@pytest.mark.parametrize("text", ["a\nb\n", " x\n y\n", "# no comment\n", "a\n\n\n", "'q'", "a: b\nc", "\ttab\n"])
def test_what_is_printed_reads_back(text: str) -> None:
    assert pyyaml.safe_load(yaml.document({"a": [{"b": text}]})) == {"a": [{"b": text}]}


def test_keys_are_in_natural_order() -> None:
    keys = ["a10", "a9", "B", "a", "a.b", "a-b", "a/b", "1", "10", "2"]
    assert sorted(keys, key=yaml.natural) == ["1", "2", "10", "B", "a", "a-b", "a.b", "a/b", "a9", "a10"]


LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"


def broken(before: str, indent: str = "  ") -> str:
    return LONG.replace(f" {before}", f"\n{indent}{before}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"k": LONG}, "k: " + broken("fifteen") + "\n"),
        ({"a": [{"k": LONG}]}, "a:\n- k: " + broken("fifteen", "    ") + "\n"),
        ({"k": "it: " + LONG}, "k: 'it: " + broken("fifteen") + "'\n"),
        (
            {"k": LONG.replace("fifteen ", "fifteen  ")},
            "k: " + broken("fifteen").replace("fifteen ", "fifteen  ") + "\n",
        ),
        ({"k": "\t" + LONG}, 'k: "\\t' + broken("fifteen") + '"\n'),
        ({LONG: "v"}, f"{LONG}: v\n"),
        ({"k": "x" * 100}, f"k: {'x' * 100}\n"),
    ],
)
def test_a_long_line_is_broken(value: Any, text: str) -> None:
    assert yaml.document(value) == text
    assert pyyaml.safe_load(text) == value
