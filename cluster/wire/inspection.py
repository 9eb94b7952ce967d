"""Inspection: what a component answers about its inside to whoever looks, as upstream's /statusz, /configz and /debug.

A component that lets itself be looked into has `zpages() -> Pages`; the supervisor opens them while it runs. Looking is
no message of the cluster: nothing is recorded, paced, held or counted, and nothing is written. Pages are plain
functions, asked on the cluster's event loop; what they give is plain data, made for the reader.
Models: staging/src/k8s.io/component-base/zpages v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cluster.wire.message import Unreachable

STATUSZ = "/statusz"

Page = Callable[[Mapping[str, Any]], Any]
"""What is asked (a body, or the query) → plain data. ValueError says what is wrong with the question."""
Pages = Mapping[str, Page]
NOTHING_ASKED: Mapping[str, Any] = {}


class UnknownPage(LookupError):
    """The component has no page of that path."""


class Inspections:
    """The pages of one cluster's components, by component id and path."""

    def __init__(self) -> None:
        self._pages: dict[str, Pages] = {}

    def open(self, component_id: str, pages: Pages) -> None:
        self._pages[component_id] = pages

    def close(self, component_id: str) -> None:
        self._pages.pop(component_id, None)

    def paths(self, component_id: str) -> list[str]:
        """Which pages a component has; none while it does not run."""
        return sorted(self._pages.get(component_id, ()))

    def ask(self, component_id: str, path: str, asked: Mapping[str, Any] = NOTHING_ASKED) -> Any:
        """What a component says. Unreachable while it does not run; UnknownPage; ValueError for a wrong question."""
        pages = self._pages.get(component_id)
        if pages is None:
            raise Unreachable(component_id)
        page = pages.get(path)
        if page is None:
            raise UnknownPage(f"{component_id} has no page {path}")
        return page(asked)
