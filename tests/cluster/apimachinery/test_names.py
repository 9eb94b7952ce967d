"""Names: what may be one, and how one is made up."""

from __future__ import annotations

import pytest

from cluster.apimachinery import names
from cluster.clock import VirtualClock


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (names.dns1123_label, ["a", "good-1"], ["Bad_Name", "-a", "a.b", "a" * 64, ""]),
        (names.dns1123_subdomain, ["a.b", "a-1.b"], ["A", ".a", "a..b", "a" * 254]),
        (names.qualified_name, ["a", "example.com/A_b.c"], ["a/b/c", "/a", "a/", "-a", "a" * 64]),
    ],
)
def test_what_may_be_a_name(check: object, good: list[str], bad: list[str]) -> None:
    assert callable(check)
    assert [text for text in good if check(text)] == []
    assert [text for text in bad if not check(text)] == []


def test_a_generated_name_has_five_safe_signs_and_still_fits() -> None:
    chance = VirtualClock().random
    made = names.generate("web-", chance)
    assert made.startswith("web-")
    assert set(made.removeprefix("web-")) <= set(names.ALPHABET)
    assert len(made) == len("web-") + 5
    assert len(names.generate("a" * 100, chance)) == 63
