"""Flags are read, and refused, as pflag does."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kubectl import flags
from cluster.kubectl.flags import ARRAY, BOOL, DURATION, INT, LIST, Flag

TABLE = (
    Flag("output", short="o"),
    Flag("watch", BOOL, short="w"),
    Flag("replicas", INT, default=1),
    Flag("timeout", DURATION),
    Flag("image", LIST, required=True),
    Flag("env", ARRAY, short="e"),
    Flag("dry-run", default="none", bare="unchanged"),
)


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["-o", "yaml"], "output", "yaml"),
        (["-oyaml"], "output", "yaml"),
        (["-o=yaml"], "output", "yaml"),
        (["--output=yaml"], "output", "yaml"),
        (["--output", "yaml"], "output", "yaml"),
        (["-wo", "yaml"], "output", "yaml"),
        (["-w"], "watch", True),
        (["--watch=false"], "watch", False),
        (["--replicas", "0x10"], "replicas", 16),
        ([], "replicas", 1),
        (["--timeout=1m30s"], "timeout", 90.0),
        (["--image=a,b", "--image", "c"], "image", ("a", "b", "c")),
        (["-e", "A=1,2", "-e", "B=3"], "env", ("A=1,2", "B=3")),
        (["--dry-run"], "dry-run", "unchanged"),
        (["--dry-run=client"], "dry-run", "client"),
    ],
)
def test_a_flag_has_its_value(arguments: list[str], name: str, value: Any) -> None:
    assert flags.parse(TABLE, arguments)[name] == value


def test_flags_and_arguments_are_mixed_until_two_dashes() -> None:
    parsed = flags.parse(TABLE, ["a", "-w", "b", "--", "-o", "c"])
    assert (parsed.arguments, parsed.dash, parsed.changed) == (["a", "b", "-o", "c"], 2, {"watch"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--foo"], "unknown flag: --foo"),
        (["--foo=1"], "unknown flag: --foo"),
        (["-z"], "unknown shorthand flag: 'z' in -z"),
        (["-wz"], "unknown shorthand flag: 'z' in -wz"),
        (["-o"], "flag needs an argument: 'o' in -o"),
        (["--output"], "flag needs an argument: --output"),
        (["--=x"], "bad flag syntax: --=x"),
        (["-w=x"], 'invalid argument "x" for "-w, --watch" flag: strconv.ParseBool: parsing "x": invalid syntax'),
        (["--replicas=x"], 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax'),
        (["--timeout=5"], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'),
        (["--timeout=x"], 'invalid argument "x" for "--timeout" flag: time: invalid duration "x"'),
    ],
)
def test_a_refusal_is_worded_as_pflag_words_it(arguments: list[str], message: str) -> None:
    with pytest.raises(flags.FlagError) as refused:
        flags.parse(TABLE, arguments)
    assert str(refused.value) == message


def test_a_required_flag_is_missed() -> None:
    assert flags.missing(TABLE, flags.parse(TABLE, [])) == 'required flag(s) "image" not set'
    assert flags.missing(TABLE, flags.parse(TABLE, ["--image=x"])) == ""


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("5s", 5), ("1h", 3600), ("1.5m", 90), ("100ms", 0.1), ("-2s", -2)]
)
def test_durations(text: str, seconds: float) -> None:
    assert flags.duration(text) == pytest.approx(seconds)
