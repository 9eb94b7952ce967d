"""The course's words are told once each, in order, in one or two short sentences, and lead to what is there."""

from __future__ import annotations

from cluster.controllers import manager
from cluster.wire import component
from dashboard.lessons.words import WORDS
from dashboard.presenters import words

LONGEST = 120


def test_each_word_is_told_once_and_shortly() -> None:
    told = [each.word.lower() for each in WORDS]
    assert told == sorted(set(told))
    assert all(each.meaning.endswith((".", "?", "!")) and len(each.meaning) <= LONGEST for each in WORDS)


def test_where_to_look_is_a_component_or_a_loop() -> None:
    known = {*words.WHAT, *(component.loop(name) for name in words.LOOPS)}
    assert {each.where for each in WORDS if each.where} <= known


def test_every_loop_is_told_in_a_sentence() -> None:
    assert sorted(words.LOOPS) == sorted(loop.name for loop in manager.LOOPS)
