"""What a page says it has seen is believed only when it makes sense."""

from __future__ import annotations

import pytest

from dashboard.consumers.broadcaster import Seen
from dashboard.consumers.diagram import seen_of


def test_what_was_seen_is_read() -> None:
    assert seen_of("epoch=e&Pod=12&Node=9") == Seen("e", {"Pod": 12, "Node": 9})


@pytest.mark.parametrize(
    "query", ["", "epoch=e", "epoch=e&Pod=x&Node=1", "Pod=1&Node=1", f"epoch=e&Pod={'9' * 99}&Node=1"]
)
def test_nonsense_is_nothing(query: str) -> None:
    assert seen_of(query) is None
