"""Flags: a command declares them as a table; arguments are read by it as pflag reads them, with pflag's refusals.

Flags and arguments may be mixed; `--` ends the flags; `-abc` is three flags, `-ofoo` one with its value.

Models: github.com/spf13/pflag {flag,bool,int,duration,string_slice,string_array}.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

STRING, BOOL, INT, DURATION, LIST, ARRAY = "string", "bool", "int", "duration", "strings", "stringArray"
TRUE, FALSE = {"1", "t", "T", "true", "TRUE", "True"}, {"0", "f", "F", "false", "FALSE", "False"}
SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
EMPTY: dict[str, Any] = {STRING: "", BOOL: False, INT: 0, DURATION: 0.0, LIST: (), ARRAY: ()}

_amount = re.compile(r"([0-9]*\.?[0-9]*)(ns|us|µs|ms|s|m|h)")


class FlagError(Exception):
    """The arguments do not fit the table."""


@dataclass(frozen=True, slots=True)
class Flag:
    """`bare` is the value of a flag given without one ("" when it needs one); `required` ones must be given."""

    name: str
    kind: str = STRING
    short: str = ""
    default: Any = None
    bare: str = ""
    required: bool = False
    help: str = ""

    @property
    def start(self) -> Any:
        return EMPTY[self.kind] if self.default is None else self.default

    @property
    def shown(self) -> str:
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


@dataclass(slots=True)
class Parsed:
    """Values by flag name; which were given; the arguments; how many of them stood before `--` (-1 without one)."""

    values: dict[str, Any]
    changed: set[str] = field(default_factory=set)
    arguments: list[str] = field(default_factory=list)
    dash: int = -1

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __contains__(self, name: str) -> bool:
        return name in self.values


def parse(flags: Iterable[Flag], arguments: Sequence[str]) -> Parsed:
    """Raises FlagError, worded as pflag does."""
    by_name = {flag.name: flag for flag in flags}
    by_short = {flag.short: flag for flag in by_name.values() if flag.short}
    parsed = Parsed({name: flag.start for name, flag in by_name.items()})
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            parsed.dash = len(parsed.arguments)
            parsed.arguments += rest
            break
        if argument.startswith("--"):
            _long(argument[2:], rest, by_name, parsed)
        elif argument.startswith("-") and argument != "-":
            _shorts(argument[1:], rest, by_short, parsed)
        else:
            parsed.arguments.append(argument)
    return parsed


def missing(flags: Iterable[Flag], parsed: Parsed) -> str:
    """The refusal for required flags that were not given, "" when all were. Models: cobra ValidateRequiredFlags"""
    names = sorted(flag.name for flag in flags if flag.required and flag.name not in parsed.changed)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"required flag(s) {quoted} not set" if names else ""


def _long(text: str, rest: list[str], by_name: dict[str, Flag], parsed: Parsed) -> None:
    name, equals, value = text.partition("=")
    if not name or name[0] in "-=":
        raise FlagError(f"bad flag syntax: --{text}")
    flag = by_name.get(name)
    if flag is None:
        raise FlagError(f"unknown flag: --{name}")
    if not equals:
        if bare := _bare(flag):
            value = bare
        elif rest:
            value = rest.pop(0)
        else:
            raise FlagError(f"flag needs an argument: --{text}")
    _set(flag, value, parsed)


def _shorts(text: str, rest: list[str], by_short: dict[str, Flag], parsed: Parsed) -> None:
    whole = text
    while text:
        letter, text = text[0], text[1:]
        flag = by_short.get(letter)
        if flag is None:
            raise FlagError(f"unknown shorthand flag: '{letter}' in -{whole}")
        if text.startswith("="):
            value, text = text[1:], ""
        elif bare := _bare(flag):
            value = bare
        elif text:
            value, text = text, ""
        elif rest:
            value = rest.pop(0)
        else:
            raise FlagError(f"flag needs an argument: '{letter}' in -{whole}")
        _set(flag, value, parsed)


def _bare(flag: Flag) -> str:
    return "true" if flag.kind == BOOL else flag.bare


def _set(flag: Flag, text: str, parsed: Parsed) -> None:
    try:
        value = _read(flag.kind, text)
    except ValueError as error:
        raise FlagError(f'invalid argument "{text}" for "{flag.shown}" flag: {error}') from error
    if flag.kind in (LIST, ARRAY) and flag.name in parsed.changed:
        value = (*parsed.values[flag.name], *value)
    parsed.values[flag.name] = value
    parsed.changed.add(flag.name)


def _read(kind: str, text: str) -> Any:
    if kind == BOOL:
        if text not in TRUE | FALSE:
            raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
        return text in TRUE
    if kind == INT:
        try:
            return int(text, 0)
        except ValueError:
            raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
    if kind == DURATION:
        return duration(text)
    if kind == LIST:
        return tuple(text.split(",")) if text else ()
    return (text,) if kind == ARRAY else text


def duration(text: str) -> float:
    """Seconds of "1h30m", "5s", "0". Raises ValueError. Models: time.ParseDuration"""
    unsigned = text[1:] if text[:1] in "+-" and text[:1] else text
    if unsigned == "0":
        return 0.0
    total, at = 0.0, 0
    while at < len(unsigned):
        match = _amount.match(unsigned, at)
        if match is None or match.group(1) in ("", "."):
            kind = "missing unit in" if re.fullmatch(r"[0-9.]+", unsigned[at:]) else "invalid"
            raise ValueError(f'time: {kind} duration "{text}"')
        total += float(match.group(1)) * SECONDS[match.group(2)]
        at = match.end()
    if not unsigned:
        raise ValueError(f'time: invalid duration "{text}"')
    return -total if text.startswith("-") else total
