"""Each filter gives what the real one does."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest

from dashboard.terminal.filter import MOST_LINES, FilterError
from dashboard.terminal.filters import FILTERS

TEXT = "NAME READY AGE\nweb-1 1/1 5s\nweb-2 0/1 10s\ndb-1 1/1 3m\ndb-1 1/1 3m\nWEB.3 1/1 7s\n"


def given(command: list[str], text: str = TEXT) -> tuple[str, int]:
    """(output, exit code)"""
    name, *words = command
    found = FILTERS[name](words)
    lines = []
    for line in text.splitlines():
        lines += found.feed(line)
        if found.enough:
            break
    return "".join(f"{line}\n" for line in [*lines, *found.end()]), found.code


@pytest.mark.parametrize(
    "command",
    [
        "grep web", "grep -i web", "grep -v web", "grep -c web", "grep -n db", "grep -in WEB", "grep nothing", "grep -w 1/1",
        "grep -x NAME", "grep -F .3", "grep -E ^(web|db)", r"grep ^\(web\|db\)", "grep a|b", "grep -E [0-9]+s$", "grep -o [0-9]*s$",
        "grep -A1 web-2", "grep -B1 web-2", "grep -C1 -n web-2", "grep -m1 web", "grep -e web -e db", "grep w.b-[12]",
        "head -2", "head -n 3", "head -n -2", "head -n 0", "tail -2", "tail -n 1", "tail -n +5", "sort", "sort -r", "sort -u", "sort -k2",
        "uniq", "uniq -c", "uniq -d", "uniq -u", "wc -l", "wc -w", "wc -c", "cut -d - -f1", "cut -c1-3", "cut -c 2,5-", "cut -d' ' -f 1,3", "cat",
    ],
)  # fmt: skip
def test_the_same_as_the_real_one(command: str) -> None:
    words = [word.replace("' '", " ") for word in command.replace("-d' '", "-d|").split()]
    words = ["-d " if word == "-d|" else word for word in words]
    path = shutil.which(words[0])
    assert path
    real = subprocess.run(
        [path, *words[1:]], input=TEXT, capture_output=True, text=True, env={"LC_ALL": "C"}, check=False
    )
    assert given(words) == (real.stdout, real.returncode)


def test_echo_says_its_words_and_base64_goes_both_ways() -> None:
    assert given(["echo", "a", "b  c"], "")[0] == "a b  c\n"
    assert given(["base64"], "secret\n")[0] == base64.b64encode(b"secret\n").decode() + "\n"
    assert given(["base64", "-d"], "c2VjcmV0")[0] == "secret\n"


def test_jp_asks_json() -> None:
    text = '{"items": [{"metadata": {"name": "web"}}, {"metadata": {"name": "db"}}]}'
    assert given(["jp", "items[].metadata.name"], text)[0] == '[\n  "web",\n  "db"\n]\n'


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        (["grep"], "", "usage"),
        (["grep", "-E", "("], "", "missing"),
        (["grep", "-Z", "x"], "", "-Z"),
        (["grep", "x", "file"], "", "no files"),
        (["grep", "-A", "x", "y"], "", "no number"),
        (["head", "-n", "x"], "", "no number"),
        (["cut", "-d", "x"], "", "usage"),
        (["jp", "items["], "", "jp:"),
        (["jp", "a"], "no JSON", "jp:"),
        (["base64", "-d"], "***", "invalid"),
        (["sort", "file"], "", "no files"),
    ],
)
def test_what_is_wrong_is_said(command: list[str], text: str, said: str) -> None:
    with pytest.raises(FilterError) as refused:
        given(command, text)
    assert said in str(refused.value)


def test_a_pattern_that_takes_for_ever_is_given_up() -> None:
    with pytest.raises(FilterError, match="too long"):
        given(["grep", "-E", "(a|aa)+$"], "a" * 5000 + "b\n")


def test_a_filter_that_needs_all_takes_only_so_much() -> None:
    with pytest.raises(FilterError, match="more than"):
        given(["sort"], "x\n" * (MOST_LINES + 1))
