"""Many who ask at once get one reading; nobody gets one that is older than the question."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.presenters.shared import Shared, numbers


def test_who_asks_while_a_reading_is_under_way_shares_the_next_one() -> None:
    shared, made, go, begun = Shared(), [], threading.Event(), threading.Event()

    def make() -> str:
        made.append(len(made) + 1)
        begun.set()
        assert go.wait(10)
        return str(len(made))

    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(shared.read, "story", next(numbers), make)
        assert begun.wait(10)
        later = [pool.submit(shared.read, "story", next(numbers), make) for _ in range(20)]
        go.set()
        assert first.result(10) == "1"
        assert {each.result(10) for each in later} == {"2"}
    assert made == [1, 2]


def test_a_later_question_is_read_anew() -> None:
    shared, values = Shared(), iter("12")
    assert [shared.read("story", next(numbers), lambda: next(values)) for _ in range(2)] == ["1", "2"]


def test_other_questions_are_read_apart_and_the_oldest_is_forgotten() -> None:
    shared = Shared(most_kept=2)
    early = next(numbers)
    assert [shared.read(key, early, lambda key=key: key) for key in "abc"] == ["a", "b", "c"]  # type: ignore[misc]
    assert shared.read("c", early, lambda: "anew") == "c"
    assert shared.read("a", early, lambda: "anew") == "anew"


def test_a_reading_that_fails_is_nobodys_answer() -> None:
    shared, early = Shared(), next(numbers)
    with pytest.raises(ZeroDivisionError):
        shared.read("story", early, lambda: str(1 // 0))
    assert shared.read("story", early, lambda: "5") == "5"
