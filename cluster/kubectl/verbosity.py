"""What `-v` tells of requests on stderr: from 6 on each answer, from 8 on the bodies too.

Models: client-go/transport/round_trippers.go, client-go/rest/request.go, klog v1.37
Simplified: one process number, 1, as a session in a browser has none; no headers; nothing below 6.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http import HTTPStatus

ANSWERS, BODIES = 6, 8
LONGEST_BODY = 1024


def answer(now: float, verb: str, url: str, status: int, seconds: float) -> str:
    text = f"{status} {HTTPStatus(status).phrase}" if status in list(HTTPStatus) else str(status)
    told = f'"Response" verb={json.dumps(verb)} url={json.dumps(url)} status={json.dumps(text)}'
    return f"{_head(now, 'round_trippers.go:632')} {told} milliseconds={int(seconds * 1000)}\n"


def body(now: float, title: str, data: bytes) -> str:
    """`title` is "Request Body" or "Response Body"."""
    text = data.decode("utf-8", "replace")
    cut = f" [truncated {len(text) - LONGEST_BODY} chars]" if len(text) > LONGEST_BODY else ""
    return f"{_head(now, 'helper.go:105')} {json.dumps(title)} body={json.dumps(text[:LONGEST_BODY] + cut)}\n"


def _head(now: float, place: str) -> str:
    return f"I{datetime.fromtimestamp(now, UTC):%m%d %H:%M:%S.%f} {1:>7} {place}]"
