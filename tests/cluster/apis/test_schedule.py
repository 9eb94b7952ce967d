"""Schedules: what five fields mean, when they are due next, over changes of the clock; and what means nothing."""

from __future__ import annotations

import datetime
import re

import pytest

from cluster.apis.batch import schedule

UTC = datetime.UTC


def due(text: str, after: str, zone: str = "UTC") -> str:
    place = schedule.zone(zone)
    start = datetime.datetime.fromisoformat(after).replace(tzinfo=place)
    found = schedule.parse(text).next(start.timestamp(), place)
    return datetime.datetime.fromtimestamp(found, place).strftime("%Y-%m-%d %H:%M") if found is not None else ""


@pytest.mark.parametrize(
    ("text", "after", "next_time"),
    [
        ("* * * * *", "2026-11-25T10:00:30", "2026-11-25 10:01"),
        ("* * * * *", "2026-11-25T10:00:00", "2026-11-25 10:01"),
        ("*/5 * * * *", "2026-11-25T10:04:59", "2026-11-25 10:05"),
        ("*/5 * * * *", "2026-11-25T10:56:00", "2026-11-25 11:00"),
        ("30 8 * * *", "2026-11-25T10:00:00", "2026-11-26 08:30"),
        ("0 0 31 * *", "2026-11-25T10:00:00", "2026-12-31 00:00"),
        ("0 0 29 2 *", "2026-11-25T10:00:00", "2028-02-29 00:00"),
        ("0 0 30 2 *", "2026-11-25T10:00:00", ""),
        ("0 9 * * mon-fri", "2026-11-27T10:00:00", "2026-11-30 09:00"),
        ("0 0 1 * 0", "2026-11-25T10:00:00", "2026-11-29 00:00"),  # the first, or a Sunday
        ("0 0 13 JAN,feb ?", "2026-11-25T10:00:00", "2027-01-13 00:00"),
        ("15-45/15 * * * *", "2026-11-25T10:16:00", "2026-11-25 10:30"),
        ("@hourly", "2026-11-25T10:16:00", "2026-11-25 11:00"),
        ("@weekly", "2026-11-25T10:16:00", "2026-11-29 00:00"),
        ("@every 1h30m", "2026-11-25T10:16:00", "2026-11-25 11:46"),
    ],
)
def test_when_it_is_due_next(text: str, after: str, next_time: str) -> None:
    assert due(text, after) == next_time


def test_a_zone_has_its_own_hours_and_summer() -> None:
    assert due("0 8 * * *", "2026-11-25T07:59:00", "Asia/Tokyo") == "2026-11-25 08:00"
    assert due("30 2 * * *", "2026-03-28T12:00:00", "Europe/Berlin") == "2026-03-30 02:30"  # no such time on the 29th


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@soon", "unrecognized descriptor: @soon"),
    ],
)
def test_what_means_nothing(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        schedule.parse(text)


def test_a_zone_that_is_none() -> None:
    with pytest.raises(ValueError, match="unknown time zone Mars/Olympus"):
        schedule.zone("Mars/Olympus")
