"""Field selectors: "status.phase!=Running,metadata.name=web".

Models: apimachinery/pkg/fields/selector.go v1.37
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

_terms = re.compile(r"((?:\\.|[^\\,])*\\?)(?:,|\Z)", re.S)
_term = re.compile(r"(.*?)(!=|==|=)(.*)", re.S)
_escape = re.compile(r"\\(.|\Z)|([,=])", re.S)


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """(field, "=" or "!=", value) terms that must all hold."""

    requirements: tuple[tuple[str, str, str], ...] = ()

    @property
    def empty(self) -> bool:
        return not self.requirements

    def matches(self, value_of: Callable[[str], str]) -> bool:
        return all((value_of(field) == value) == (operator == "=") for field, operator, value in self.requirements)

    def requires(self, field: str) -> str | None:
        """The exact value that `field` must have, or None when it may have several."""
        return next((value for name, operator, value in self.requirements if name == field and operator == "="), None)

    def __str__(self) -> str:
        return ",".join(f"{field}{operator}{escape(value)}" for field, operator, value in self.requirements)


def escape(value: str) -> str:
    """A value as a selector must write it."""
    return re.sub(r"([\\,=])", r"\\\1", value)


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> FieldSelector:
    """Raises ValueError worded as upstream."""
    found = []
    for term in sorted(_terms.findall(text)):
        if not term:
            continue
        match = _term.fullmatch(term)
        if match is None:
            raise ValueError(f"invalid selector: '{text}'; can't understand '{term}'")
        field, operator, value = match.groups()
        found.append((field, "!=" if operator == "!=" else "=", _unescaped(value)))
    return FieldSelector(tuple(found))


def _unescaped(value: str) -> str:
    def plain(match: re.Match[str]) -> str:
        escaped, bare = match.groups()
        if bare:
            raise ValueError(f"invalid field selector: unescaped character in value: {ord(bare)}")
        if escaped not in ("\\", ",", "=") or escaped == "":
            raise ValueError(f"invalid field selector: invalid escape sequence: \\{escaped}")
        return str(escaped)

    return _escape.sub(plain, value)
