"""Of regular expressions and URLs. Models: k8s.io/apiserver/pkg/cel/library/{regex,urls}.go v1.37"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from cluster.apimachinery.cel_library.function import functions, methods

PATIENCE_SECONDS = 0.1
"""Upstream's expressions take linear time; one of ours that does not is stopped."""


def _find(text: str, pattern: str) -> str:
    return next(iter(_find_all(text, pattern, 1)), "")


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    import regex

    try:
        found = regex.finditer(pattern, text, timeout=PATIENCE_SECONDS)
        return [match.group(0) for _, match in zip(range(most if most >= 0 else len(text) + 1), found, strict=False)]
    except TimeoutError as error:
        raise ValueError("operation cancelled: actual cost limit exceeded") from error
    except regex.error as error:
        raise ValueError(f"error parsing regexp: {error}") from error


def _url(text: str) -> dict[str, str]:
    if not is_url(text):
        raise ValueError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return {"url": text}


def is_url(text: str) -> bool:
    """An absolute URI, or an absolute path."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.scheme) or text.startswith("/")


def _parts(url: dict[str, str]) -> SplitResult:
    return urlsplit(url["url"])


def _port(url: dict[str, str]) -> str:
    port = _parts(url).port
    return "" if port is None else str(port)


def _query(url: dict[str, str]) -> dict[str, Any]:
    return parse_qs(_parts(url).query, keep_blank_values=True)


FUNCTIONS = (
    *methods("STRING", "STRING", "STRING", find=_find),
    *methods("LIST", "STRING", "STRING", findAll=_find_all),
    *methods("LIST", "STRING", "STRING", "INT", findAll=_find_all),
    *functions("MAP", "STRING", url=_url),
    *functions("BOOL", "STRING", isURL=is_url),
    *methods(
        "STRING",
        "MAP",
        getScheme=lambda url: _parts(url).scheme,
        getHost=lambda url: _parts(url).netloc.rpartition("@")[2],
        getHostname=lambda url: _parts(url).hostname or "",
        getPort=_port,
        getEscapedPath=lambda url: _parts(url).path,
    ),
    *methods("MAP", "MAP", getQuery=_query),
)
