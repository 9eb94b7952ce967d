"""JSONPath templates find what client-go's find, and are refused in its words."""

from __future__ import annotations

import pytest

from cluster.kubectl.errors import CommandError
from cluster.kubectl.printers import jsonpath

OBJ = {
    "items": [
        {"name": "a", "labels": {"app": "x", "a.b/c": "dotted"}, "n": 1, "ok": True},
        {"name": "b", "labels": {"app": "y"}, "n": 3, "ok": False},
        {"name": "c", "n": 2},
    ],
    "empty": {},
    "none": None,
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.items[*].name}", "a b c"),
        ("{.items[0].name}", "a"),
        ("{.items[-1].name}", "c"),
        ("{.items[0:2].name}", "a b"),
        ("{.items[:2].name}", "a b"),
        ("{.items[::2].name}", "a c"),
        ("{.items[0,2].name}", "a c"),
        ("{.items[0]['name','n']}", "a 1"),
        ("{.items[0].labels}", '{"a.b/c":"dotted","app":"x"}'),
        ("{.items[0].labels.a\\.b/c}", "dotted"),
        ("{.items[0].labels['a.b/c']}", "dotted"),
        ("{.items[?(@.n>1)].name}", "b c"),
        ('{.items[?(@.labels.app=="y")].name}', "b"),
        ("{.items[?(@.labels)].name}", "a b"),
        ("{.items[?(@.ok==true)].name}", "a"),
        ("{.items[?(@.name!='a')].name}", "b c"),
        ("{..app}", "x y"),
        ("{.nope.deep}", ""),
        ("{.none}", ""),
        ("{$.items[0].n}", "1"),
        ("{.items[0].ok}", "true"),
        ("text {.items[0].n}{'\\n'}", "text 1\n"),
        ('{range .items[*]}{.name}{"\\t"}{.n}{"\\n"}{end}', "a\t1\nb\t3\nc\t2\n"),
        ("{range .items[*]}[{.name}]{end}!", "[a][b][c]!"),
        ("{range .items[*]}{range .labels.*}{@},{end};{end}", "x,dotted,;y,;;"),
        ("{.empty}", "{}"),
    ],
)
def test_what_a_template_finds(template: str, text: str) -> None:
    assert jsonpath.execute(jsonpath.parse(template), OBJ) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.items[0", "error parsing jsonpath {.items[0, unterminated array"),
        ("{.items", "error parsing jsonpath {.items, unclosed action"),
        ("{end}", "error parsing jsonpath {end}, not in range, nothing to end"),
        ("{.items[x]}", "error parsing jsonpath {.items[x]}, invalid array index x"),
    ],
)
def test_a_malformed_template_is_refused(template: str, message: str) -> None:
    with pytest.raises(CommandError) as refused:
        jsonpath.parse(template)
    assert str(refused.value) == message


def test_an_index_out_of_bounds_shows_the_object() -> None:
    with pytest.raises(CommandError) as refused:
        jsonpath.execute(jsonpath.parse("{.a[3]}"), {"a": [1]})
    assert "array index out of bounds: index 3, length 1. Printing more information" in str(refused.value)
    assert 'map[string]interface {}{"a":[]interface {}{1}}' in str(refused.value)


@pytest.mark.parametrize("path", [".metadata.name", "metadata.name", "{.metadata.name}", "{metadata.name}"])
def test_a_relaxed_path(path: str) -> None:
    assert jsonpath.relaxed(path) == "{.metadata.name}"


def test_go_prints_maps_and_lists_its_own_way() -> None:
    assert jsonpath.go_print({"b": [1, "x"], "a": {}}) == "map[a:map[] b:[1 x]]"
