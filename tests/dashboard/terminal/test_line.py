"""What was typed, taken apart."""

from __future__ import annotations

import re

import pytest

from dashboard.terminal.line import LineError, parse


def words(text: str) -> list[list[list[str]]]:
    """pipelines of programs of words"""
    return [[stage.words for stage in line.stages] for line in parse(text)]


@pytest.mark.parametrize(
    ("typed", "taken_apart"),
    [
        ("", []),
        ("  # nothing but a remark", []),
        ("kubectl get pods", [[["kubectl", "get", "pods"]]]),
        ("a | b|c", [[["a"], ["b"], ["c"]]]),
        ("a;b\nc && d", [[["a"]], [["b"]], [["c"]], [["d"]]]),
        ("get -o jsonpath='{.items[*].metadata.name}'", [[["get", "-o", "jsonpath={.items[*].metadata.name}"]]]),
        (r'grep "a|b" "say \"hi\" \n" c\|d \# it\'s', [[["grep", "a|b", r'say "hi" \n', "c|d", "#", "it's"]]]),
        ("run web \\\n  --image=nginx", [[["run", "web", "--image=nginx"]]]),
        ("echo '' x''y", [[["echo", "", "xy"]]]),
        ("name=a#b # remark", [[["name=a#b"]]]),
    ],
)
def test_words_quotes_pipes_and_lines(typed: str, taken_apart: list[list[list[str]]]) -> None:
    assert words(typed) == taken_apart


def test_what_comes_after_and_and_waits_for_success() -> None:
    assert [line.only_after for line in parse("a && b; c")] == [False, True, False]


def test_text_is_fed_in_until_the_word_stands_alone() -> None:
    lines = parse("kubectl apply -f - <<EOF | grep x\nkind: Pod  # | not a pipe\nEOF \nEOF\nkubectl get pods")
    assert [stage.words for stage in lines[0].stages] == [["kubectl", "apply", "-f", "-"], ["grep", "x"]]
    assert lines[0].stages[0].text == "kind: Pod  # | not a pipe\nEOF \n"
    assert lines[1].stages[0].words == ["kubectl", "get", "pods"]


def test_tabs_go_with_a_dash_and_the_word_may_be_quoted() -> None:
    assert parse("cat <<-'END'\n\ta\n\tEND")[0].stages[0].text == "a\n"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a > b", "no files"),
        ("a >> b", "no files"),
        ("a < b", "<<EOF"),
        ("a || b", "|"),
        ("a & b", "second terminal"),
        ("echo $(b)", "quotes"),
        ("echo `b`", "not supported"),
        ("| a", "before"),
        ("a |", "after"),
        ("a | ; b", "after"),
        ("&& a", "before"),
        ("a &&", "after"),
        ("echo 'a", "not closed"),
        ("cat <<", "missing"),
        ("cat <<EOF", "EOF alone"),
        ("cat <<EOF\nx", "EOF alone"),
    ],
)
def test_what_cannot_be_run_is_refused_by_name(typed: str, said: str) -> None:
    with pytest.raises(LineError, match=re.escape(said)):
        parse(typed)
