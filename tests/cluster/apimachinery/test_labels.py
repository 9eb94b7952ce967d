"""Labels and selectors: what they match, and upstream's words for what is none."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import labels


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app in (web,db),!x", True),
        ("app!=web", False),
        ("tier", False),
        ("!tier", True),
        ("app notin (db)", True),
        ("tier notin (db)", True),
        ("tier!=db", True),
        ("rank>4", True),
        ("rank<5", False),
        ("app>4", False),
        ("note=", True),
        ("in=keyword", True),
    ],
)
def test_a_selector_matches(selector: str, matches: bool) -> None:
    found = {"app": "web", "rank": "5", "note": "", "in": "keyword"}
    assert labels.parse(selector).matches(found) is matches


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a===b", "unable to parse requirement: found '=', expected: identifier"),
        ("a=b,", "found '', expected: identifier after ','"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("=b", "found '=', expected: !, identifier, or 'end of string'"),
        ("!=b", "found '!=', expected: !, identifier, or 'end of string'"),
        ("!,a", "unable to parse requirement: found ',', expected: identifier"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
        ("a notin b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in (=", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        (
            "a in ()",
            "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be "
            "empty",
        ),
        (
            "a>x",
            "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be "
            "an integer",
        ),
    ],
)
def test_what_is_no_selector_is_refused_in_upstreams_words(selector: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        labels.parse(selector)
    assert str(caught.value) == message


def test_a_bad_key_or_value_is_named() -> None:
    with pytest.raises(ValueError, match=r'^unable to parse requirement: <nil>: Invalid value: "a/b/c": a valid label'):
        labels.parse("a/b/c=1")
    with pytest.raises(ValueError, match=r'values\[0\]\[app\]: Invalid value: "-": a valid label must be'):
        labels.parse("app=-")


@pytest.mark.parametrize("text", ["a=b", "a!=b", "!a", "a", "a in (b,c)", "a notin (b)", "a>1"])
def test_a_selector_is_shown_as_it_is_written(text: str) -> None:
    assert str(labels.parse(text)) == text


def test_requirements_are_in_the_order_of_their_keys() -> None:
    assert str(labels.parse("b=1,a=2")) == "a=2,b=1"


@pytest.mark.parametrize(
    ("selector", "shown", "everything"),
    [
        ({"matchLabels": {"b": "1", "a": "2"}}, "a=2,b=1", False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["y", "x"]}]}, "a in (x,y)", False),
        ({}, "", True),
    ],
)
def test_a_label_selector_object(selector: dict[str, Any], shown: str, everything: bool) -> None:
    found = labels.from_label_selector(selector)
    assert (str(found), found.empty) == (shown, everything)


def test_no_label_selector_selects_nothing_and_an_unknown_operator_is_refused() -> None:
    assert not labels.from_label_selector(None).matches({"a": "b"})
    with pytest.raises(ValueError, match='"Bogus" is not a valid label selector operator'):
        labels.from_label_selector({"matchExpressions": [{"key": "a", "operator": "Bogus"}]})
