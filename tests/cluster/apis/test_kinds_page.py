"""docs/kinds.md says what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.apis import kinds_page
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Kind

PAGE = Path(__file__).resolve().parents[3] / "docs" / "kinds.md"


@pytest.mark.parametrize("kind", REGISTRY.kinds, ids=lambda kind: f"{kind.api_version}/{kind.kind}")
def test_every_kind_has_its_line(kind: Kind) -> None:
    assert f"| {kind.kind} | `{kind.api_version}` | `{kind.plural}` |" in PAGE.read_text()


def test_the_page_is_as_the_table_makes_it() -> None:
    assert PAGE.read_text() == kinds_page.page(REGISTRY), "run python -m cluster.apis.kinds_page > docs/kinds.md"
