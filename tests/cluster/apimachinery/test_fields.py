"""Field selectors: terms, escapes, and upstream's words for what is none."""

from __future__ import annotations

import pytest

from cluster.apimachinery import fields


def test_all_terms_must_hold() -> None:
    chosen = fields.parse("metadata.name=a,status.phase!=Running")
    assert chosen.requires("metadata.name") == "a"
    assert chosen.requires("status.phase") is None
    assert chosen.matches(lambda field: {"metadata.name": "a"}.get(field, ""))
    assert not chosen.matches(lambda field: {"metadata.name": "a", "status.phase": "Running"}[field])


@pytest.mark.parametrize("value", ["plain", "a,b", "a=b", "back\\slash", ""])
def test_an_escaped_value_comes_back(value: str) -> None:
    assert fields.parse(f"f={fields.escape(value)}").requires("f") == value


@pytest.mark.parametrize("text", ["a=b", "a!=b", "a=b,c=d", r"a=x\,y"])
def test_a_selector_is_shown_as_it_is_written(text: str) -> None:
    assert str(fields.parse(text)) == text


def test_no_text_selects_everything() -> None:
    assert fields.parse("").empty


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"),
        (r"a=\x", r"invalid field selector: invalid escape sequence: \x"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
    ],
)
def test_what_is_no_selector_is_refused_in_upstreams_words(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        fields.parse(text)
    assert str(caught.value) == message
