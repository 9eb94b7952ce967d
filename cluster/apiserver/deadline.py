"""The time that a request may take: what its `timeout` says.

Watches and other requests that last have none. Upstream gives a minute to requests that name no time; here they wait as
long as what they wait for does, so that a message that is held by hand is not given up.
Models: apiserver/pkg/endpoints/filters/request_deadline.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Awaitable

from cluster.apimachinery import status
from cluster.apiserver.call import Call
from cluster.apiserver.request_metrics import CONNECTING
from cluster.clock import Clock
from cluster.wire.message import Response

LONGEST_SECONDS = 60.0
TIMED_OUT = "Timeout: request did not complete within requested timeout - context deadline exceeded"
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_duration = re.compile(r"([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+|0)")
_part = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")


def is_limited(call: Call) -> bool:
    """Does the request name its time, and end by itself?"""
    return "timeout" in call.query and call.verb != "watch" and call.subresource not in (*CONNECTING, "log")


async def within(clock: Clock, call: Call, answer: Awaitable[Response]) -> Response:
    """The answer, in time. ApiError 400 for no duration, 504 when it is late."""
    text = call.query["timeout"]
    seconds = duration(text) if text else LONGEST_SECONDS
    if seconds is None:
        answer.close()  # type: ignore[attr-defined]  # a coroutine that will not run
        raise status.bad_request(f'invalid timeout specified in the request URL - time: invalid duration "{text}"')
    try:
        return await clock.wait_for(answer, min(seconds or LONGEST_SECONDS, LONGEST_SECONDS))
    except TimeoutError as error:
        raise status.failure(504, "Timeout", TIMED_OUT) from error


def duration(text: str) -> float | None:
    """Seconds of "1m30s" as Go writes durations; None for anything else."""
    match = _duration.fullmatch(text)
    if match is None:
        return None
    seconds = sum(float(number) * UNITS[unit] for number, unit in _part.findall(match[2]))
    return -seconds if match[1] == "-" else seconds
