"""The running server, asked over its REST under `/api/` with the token of the data folder."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

TIMEOUT_SECONDS = 90


def ask(path: str, method: str = "GET", body: Any = None) -> Any:
    """The decoded answer, None when it is empty. CommandError, one line, for whatever goes wrong."""
    try:
        token = (settings.DATA_DIR / "token").read_text().strip()
    except OSError as error:
        raise CommandError(f"no token in {settings.DATA_DIR}: has KubeLearn been started there?") from error
    request = urllib.request.Request(f"http://{settings.HTTP_ADDRESS}/api/{path}", method=method)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Accept", "application/json")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise CommandError(_message(error)) from error
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise CommandError(f"KubeLearn does not answer on {settings.HTTP_ADDRESS}: {reason}") from error
    return json.loads(text) if text else None


def _message(error: urllib.error.HTTPError) -> str:
    try:
        found = json.loads(error.read())
    except ValueError:
        return f"refused with {error.code}"
    if isinstance(found, dict) and "detail" in found:
        return str(found["detail"])
    if isinstance(found, dict):
        return "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in found.items())
    return f"refused with {error.code}: {found}"
