"""A CronJob's schedule: five fields, or a word for a usual one; when it is due next in a time zone. Pure.

Models: github.com/robfig/cron/v3 parser.go, spec.go SpecSchedule.Next as k8s.io/kubernetes v1.37 uses it
"""

from __future__ import annotations

import datetime
import functools
import zoneinfo
from collections.abc import Mapping
from typing import NamedTuple

WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
DAYS = {name: at for at, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
FIELDS: tuple[tuple[int, int, Mapping[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, MONTHS),
    (0, 6, DAYS),
)
FURTHEST_YEARS = 5
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}
UTC = datetime.UTC


class Schedule(NamedTuple):
    """The minutes, hours, days, months and week days on which it is due; or every so many seconds."""

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    any_day: bool = True
    any_weekday: bool = True
    every_seconds: float = 0.0

    def next(self, after: float, zone: datetime.tzinfo = UTC) -> float | None:
        """The first moment (epoch seconds) after `after` at which it is due; None when there is none in five years."""
        if self.every_seconds:
            return after // 1 + self.every_seconds
        at = datetime.datetime.fromtimestamp(after, zone).replace(second=0, microsecond=0)
        at = self._later(at, minutes=1)
        last = at.year + FURTHEST_YEARS
        while at.year <= last:
            if at.month not in self.months or not self._is_day(at):
                at = self._midnight(at)
            elif at.hour not in self.hours:
                at = self._later(at.replace(minute=0), hours=1)
            elif at.minute not in self.minutes:
                at = self._later(at, minutes=1)
            else:
                return at.timestamp()
        return None

    def _is_day(self, at: datetime.datetime) -> bool:
        """Days of the month and of the week: either is enough when both are named, as in Unix' cron."""
        day, weekday = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        return (day and weekday) if self.any_day or self.any_weekday else (day or weekday)

    @staticmethod
    def _later(at: datetime.datetime, **step: int) -> datetime.datetime:
        """So much later in real time, over changes of the clock."""
        moved = at.astimezone(UTC) + datetime.timedelta(**step)
        return moved.astimezone(at.tzinfo)

    @staticmethod
    def _midnight(at: datetime.datetime) -> datetime.datetime:
        day = at.date() + datetime.timedelta(days=1)
        return datetime.datetime(day.year, day.month, day.day, tzinfo=at.tzinfo)


@functools.lru_cache(maxsize=512)
def parse(text: str) -> Schedule:
    """The schedule that a text means. ValueError, worded as upstream's parser, for one that means none."""
    if not text.strip():
        raise ValueError("empty spec string")
    if text.startswith("@every "):
        return Schedule(every_seconds=max(1.0, _duration(text.removeprefix("@every "))))
    if text.startswith("@"):
        if text not in WORDS:
            raise ValueError(f"unrecognized descriptor: {text}")
        text = WORDS[text]
    fields = text.split()
    if len(fields) != len(FIELDS):
        raise ValueError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    minutes, hours, days, months, weekdays = (
        _field(each, *bounds) for each, bounds in zip(fields, FIELDS, strict=True)
    )
    stars = [each.startswith(("*", "?")) for each in fields]
    return Schedule(minutes, hours, days, months, weekdays, any_day=stars[2], any_weekday=stars[4])


def _field(text: str, low: int, high: int, words: Mapping[str, int]) -> frozenset[int]:
    return frozenset(number for part in text.split(",") for number in _range(part, low, high, words))


def _range(text: str, low: int, high: int, words: Mapping[str, int]) -> range:
    span, slash, step_text = text.partition("/")
    first_text, dash, last_text = span.partition("-")
    if text.count("/") > 1:
        raise ValueError(f"too many slashes: {text}")
    if span.count("-") > 1:
        raise ValueError(f"too many hyphens: {text}")
    if first_text in ("*", "?"):
        first, last = low, high
    else:
        first = _number(first_text, words)
        last = _number(last_text, words) if dash else (high if slash else first)
    step = _number(step_text, {}) if slash else 1
    if first < low:
        raise ValueError(f"beginning of range ({first}) below minimum ({low}): {text}")
    if last > high:
        raise ValueError(f"end of range ({last}) above maximum ({high}): {text}")
    if first > last:
        raise ValueError(f"beginning of range ({first}) beyond end of range ({last}): {text}")
    if step == 0:
        raise ValueError(f"step of range should be a positive number: {text}")
    return range(first, last + 1, step)


def _number(text: str, words: Mapping[str, int]) -> int:
    if (named := words.get(text.lower())) is not None:
        return named
    if not text.isascii() or not text.isdigit():
        raise ValueError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _duration(text: str) -> float:
    seconds, digits = 0.0, ""
    for sign in text:
        if sign in UNITS and digits:
            seconds, digits = seconds + float(digits) * UNITS[sign], ""
        elif sign.isdigit() or sign == ".":
            digits += sign
        else:
            break
    if digits or not seconds:
        raise ValueError(f'failed to parse duration @every {text}: time: invalid duration "{text}"')
    return seconds


@functools.lru_cache(maxsize=64)
def zone(name: str) -> datetime.tzinfo:
    """A time zone by its name. ValueError when there is none of that name."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"unknown time zone {name}") from error
