"""What a line's output may be piped through, by name.

Models: POSIX.1-2024 head, tail, sort, uniq, wc, cut, cat, echo; GNU base64; jmespath.org for `jp`. Options: the common ones.
"""

from __future__ import annotations

import base64 as codec
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dashboard.terminal.filter import Filter, FilterError, Plain, Whole, no_files, number, options
from dashboard.terminal.grep import grep


class Echo(Plain):
    """Says its words and reads nothing."""

    enough = True

    def __init__(self, words: Sequence[str]) -> None:
        self.text = " ".join(words)

    def feed(self, line: str) -> Iterable[str]:
        return ()

    def end(self) -> Iterable[str]:
        return self.text.split("\n")


class Head(Plain):
    def __init__(self, count: int) -> None:
        self.left = count
        self.enough = count == 0

    def feed(self, line: str) -> Iterable[str]:
        if self.enough:
            return ()
        self.left -= 1
        self.enough = self.left == 0
        return (line,)


class Tail(Plain):
    def __init__(self, count: int) -> None:
        self.last: deque[str] = deque(maxlen=count)

    def feed(self, line: str) -> Iterable[str]:
        self.last.append(line)
        return ()

    def end(self) -> Iterable[str]:
        return self.last


# --- from words to filters ---------------------------------------------------------------------------------------------


def head(words: Sequence[str]) -> Filter:
    count = _count("head", words)
    return Whole(lambda lines: lines[:count]) if count < 0 else Head(count)


def tail(words: Sequence[str]) -> Filter:
    plus = [word for word in words if word.startswith(("+", "-n+"))]
    if plus:
        first = number("tail", plus[-1].lstrip("-n+"))
        return Whole(lambda lines: lines[max(first - 1, 0) :])
    return Tail(abs(_count("tail", words)))


def sort(words: Sequence[str]) -> Filter:
    pairs, rest = options("sort", words, "rnuk:t:")
    no_files("sort", rest)
    flags = dict(pairs)
    column = number("sort", re.split(r"[,.]", flags.get("-k", "0"))[0])

    def key(line: str) -> Any:
        parts = line.split(flags["-t"]) if "-t" in flags else line.split()
        text = line if not column else " ".join(parts[column - 1 :])
        return (_leading_number(text), "") if "-n" in flags else text

    def work(lines: list[str]) -> list[str]:
        found = sorted(dict.fromkeys(lines) if "-u" in flags else lines, key=key, reverse="-r" in flags)
        return found

    return Whole(work)


def uniq(words: Sequence[str]) -> Filter:
    pairs, rest = options("uniq", words, "cdu")
    no_files("uniq", rest)
    flags = dict(pairs)

    def work(lines: list[str]) -> Iterable[str]:
        runs: list[list[Any]] = []
        for line in lines:
            if runs and runs[-1][0] == line:
                runs[-1][1] += 1
            else:
                runs.append([line, 1])
        for line, count in runs:
            if ("-d" in flags and count == 1) or ("-u" in flags and count > 1):
                continue
            yield f"{count:7d} {line}" if "-c" in flags else line

    return Whole(work)


def wc(words: Sequence[str]) -> Filter:
    pairs, rest = options("wc", words, "lwcm")
    no_files("wc", rest)
    flags = dict(pairs)

    def work(lines: list[str]) -> Iterable[str]:
        text = "".join(f"{line}\n" for line in lines)
        counts = {"-l": len(lines), "-w": len(text.split()), "-m": len(text), "-c": len(text.encode())}
        asked = [name for name in counts if name in flags]
        if len(asked) == 1:
            return (str(counts[asked[0]]),)
        return ("".join(f"{counts[name]:8d}" for name in asked or ("-l", "-w", "-c")),)

    return Whole(work)


def cut(words: Sequence[str]) -> Filter:
    pairs, rest = options("cut", words, "d:f:c:s")
    no_files("cut", rest)
    flags = dict(pairs)
    if ("-f" in flags) == ("-c" in flags):
        raise FilterError("cut: usage: cut -d delimiter -f list, or cut -c list")
    wanted = _ranges(flags.get("-f") or flags["-c"])
    sign = flags.get("-d", "\t")

    class Cut(Plain):
        def feed(self, line: str) -> Iterable[str]:
            if "-c" in flags:
                return ("".join(each for at, each in enumerate(line, 1) if _is_in(at, wanted)),)
            if sign not in line:
                return () if "-s" in flags else (line,)
            return (sign.join(each for at, each in enumerate(line.split(sign), 1) if _is_in(at, wanted)),)

    return Cut()


def cat(words: Sequence[str]) -> Filter:
    no_files("cat", [word for word in words if word != "-"])
    return Plain()


def base64(words: Sequence[str]) -> Filter:
    pairs, rest = options("base64", words, "dDw:", ["decode", "wrap="])
    no_files("base64", rest)

    def work(lines: list[str]) -> Iterable[str]:
        if not {"-d", "-D", "--decode"} & {name for name, _ in pairs}:
            return (codec.b64encode("".join(f"{line}\n" for line in lines).encode()).decode(),)
        try:
            return codec.b64decode("".join(lines), validate=True).decode(errors="replace").split("\n")
        except ValueError as error:
            raise FilterError("base64: invalid input") from error

    return Whole(work)


def jp(words: Sequence[str]) -> Filter:
    """JMESPath over JSON: `kubectl get pods -o json | jp 'items[].metadata.name'`."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    if len(words) != 1:
        raise FilterError("jp: usage: jp expression, for instance jp 'items[].metadata.name'")
    try:
        expression = jmespath.compile(words[0])
    except JMESPathError as error:
        raise FilterError(f"jp: {error}") from error

    def work(lines: list[str]) -> Iterable[str]:
        try:
            found = expression.search(json.loads("\n".join(lines)))
        except (JMESPathError, ValueError, RecursionError) as error:
            raise FilterError(f"jp: {error}") from error
        return json.dumps(found, indent=2, ensure_ascii=False).split("\n")

    return Whole(work)


FILTERS: dict[str, Callable[[Sequence[str]], Filter]] = {
    "grep": grep, "egrep": lambda words: grep(["-E", *words]), "head": head, "tail": tail, "sort": sort, "uniq": uniq,
    "wc": wc, "cut": cut, "cat": cat, "echo": Echo, "base64": base64, "jp": jp,
}  # fmt: skip


# --- their options -----------------------------------------------------------------------------------------------------


def _count(name: str, words: Sequence[str]) -> int:
    """The `n` of `-n n`, 10 without it; `-5` is short for `-n 5`."""
    if words and re.fullmatch(r"-\d+", words[0]):
        words = [f"-n{words[0][1:]}", *words[1:]]
    pairs, rest = options(name, words, "n:")
    no_files(name, rest)
    return number(name, dict(pairs).get("-n", "10"))


def _leading_number(text: str) -> float:
    found = re.match(r"\s*-?\d+(\.\d+)?", text)
    return float(found.group()) if found else 0.0


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin = number("cut", first or "1")
        found.append((begin, number("cut", last) if last else (10**9 if dash else begin)))
    return found


def _is_in(at: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= at <= last for first, last in ranges)
