"""Pages of a list: the continue token names a revision and the key where the next page starts.

A token of a compacted revision is answered with one that goes on at the newest.
Models: apiserver/pkg/storage/continue.go, storage/etcd3/errors.go v1.37
"""

from __future__ import annotations

import base64
import posixpath
from typing import NamedTuple

import orjson

from cluster.apimachinery import status

VERSION = "meta.k8s.io/v1"
NEWEST = -1
NOT_VALID = "continue key is not valid"
WITH_VERSION = "specifying resource version is not allowed when using continue"
TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


class Position(NamedTuple):
    """The first key that may be shown ("" for all), and the revision to show it at (0 for the newest)."""

    start: str = ""
    revision: int = 0


def token(key: str, prefix: str, revision: int) -> str:
    """The token of the page that starts at `key`."""
    found = orjson.dumps({"v": VERSION, "rv": revision, "start": key.removeprefix(prefix)})
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def after(key: str) -> str:
    """The least key that is greater than `key`."""
    return key + "\0"


def position(text: str, prefix: str, version: str) -> Position:
    """Where a token goes on; ApiError 400 for one that this server did not make."""
    if not text:
        return Position()
    try:
        found = _read(text)
    except ValueError as error:
        raise status.bad_request(f"invalid continue token: {error}") from error
    if version not in ("", "0"):
        raise status.bad_request(WITH_VERSION)
    return Position(prefix + found.start, max(found.revision, 0))


def too_old(place: Position, prefix: str) -> status.ApiError:
    """410 for a page whose revision is compacted, with a token that goes on without it."""
    error = status.expired(TOO_OLD)
    error.status["metadata"] = {"continue": token(place.start, prefix, NEWEST)}
    return error


def _read(text: str) -> Position:
    try:
        found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise ValueError(f"{NOT_VALID}: {error}") from error
    if not isinstance(found, dict) or found.get("v") != VERSION:
        raise ValueError(f"{NOT_VALID}: server does not recognize this encoded version {_version_of(found)!r}")
    revision, start = found.get("rv"), found.get("start")
    if not isinstance(revision, int) or revision == 0:
        raise ValueError(f"{NOT_VALID}: incorrect encoded start resourceVersion (version {VERSION})")
    if not isinstance(start, str) or not start:
        raise ValueError(f"{NOT_VALID}: encoded start key empty (version {VERSION})")
    key = start if start.startswith("/") else f"/{start}"
    if posixpath.normpath(key) != key:
        raise ValueError(f"{NOT_VALID}: {start}")
    return Position(key[1:], revision)


def _version_of(found: object) -> str:
    return str(found.get("v", "")) if isinstance(found, dict) else ""
