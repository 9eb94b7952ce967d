"""Field selectors: "status.phase!=Running,metadata.name=web".

Models: apimachinery/pkg/fields/selector.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_term = re.compile(r"^(.*?)(==|!=|=)(.*)$", re.S)
_split = re.compile(r"(?<!\\),")


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


def parse(text: str) -> FieldSelector:
    """Raises ValueError worded as upstream."""
    terms = []
    for term in _split.split(text):
        if not term:
            continue
        match = _term.match(term)
        if match is None:
            raise ValueError(f'invalid selector: "{text}"; can\'t understand "{term}"')
        field, operator, value = match.groups()
        terms.append((field, "!=" if operator == "!=" else "=", re.sub(r"\\([\\,=])", r"\1", value)))
    return FieldSelector(tuple(terms))
