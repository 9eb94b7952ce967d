"""A page that was away is told each object's last change since, in order; or that it must have the whole."""

from __future__ import annotations

from typing import Any

from dashboard.consumers.changes import ChangeLog


def change(key: str, revision: int, **more: Any) -> dict[str, Any]:
    return {"key": key, "revision": revision, **more}


def log(*changes: dict[str, Any], kept: int = 10) -> ChangeLog:
    found = ChangeLog(kept)
    for each in changes:
        found.add(each)
    return found


def test_only_what_is_newer_is_told_each_object_once_with_its_last_change() -> None:
    found = log(change("a", 1), change("b", 2), change("a", 3), change("b", 4, gone=True), change("c", 5))
    assert found.since(2) == [change("a", 3), change("b", 4, gone=True), change("c", 5)]
    assert found.since(5) == []


def test_a_log_that_does_not_reach_back_says_so() -> None:
    found = log(*(change("a", number) for number in range(1, 6)), kept=3)
    assert found.since(1) is None
    assert [each["revision"] for each in found.since(2) or ()] == [5]


def test_a_revision_it_never_had_is_not_believed() -> None:
    assert log(change("a", 1)).since(99) is None


def test_a_deletion_seen_only_by_a_relist_cannot_be_put_in_order() -> None:
    found = log(change("a", 1), change("b", 2))
    found.add(change("a", 1, gone=True))
    assert found.since(2) is None
