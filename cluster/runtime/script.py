"""What a simulated command line does: the shell's `;` and `&&`, sleep, echo, exit, true, false, touch, rm, cat, test,
programs that end by themselves, one-liners of interpreters.

Anything else runs for ever. Nothing is executed: a script is read once into what it writes when, when it ends, and which
files are there when. Simplified: no pipes; a `while` loop runs for ever; a `for` loop goes through its words.
"""

from __future__ import annotations

import functools
import itertools
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Line = tuple[float, str]
"""(seconds of the container's life, text)"""
FOR_EVER, MOST_ROUNDS = float("inf"), 1_000
TINY = 1e-5
"""Seconds: more than a moment of cluster time may be off by rounding."""
_sleep = re.compile(r"^(?:exec )?sleep (\d+(?:\.\d+)?)(s|m|h|d)?$")
_while = re.compile(r"^(.*?)\bwhile\s+(?:true|:)\s*;\s*do\s+(.*?)[;\s]*\bdone\b", re.S)
_for = re.compile(r"\bfor\s+(\w+)\s+in\s+([^;]*);\s*do\s+(.*?)[;\s]*\bdone\b", re.S)
_seq = re.compile(r"\$\(seq (\d+)(?: (\d+))?\)|`seq (\d+)`")
_units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_quiet = ("", "true", ":", "date", "sync")
_look = ("cat", "ls", "test", "[", "stat")
_ENDING = """
awk cd chmod chown clear cp curl cut df du env export expr find free grep gzip head hostname id ln mv nslookup ping printenv
printf ps pwd sed seq set sort tail tar tr uname unset uptime wc wget which whoami
"""
_ending = frozenset(_ENDING.split())
"""Programs that come to an end by themselves; what they would write is not simulated."""
_interpreters = ("node", "perl", "php", "python", "python3", "ruby")
_pi = re.compile(r"\bprint bpi\((\d+)\)")
_print = re.compile(r"""\b(?:print|console\.log|puts)\b\s*\(?\s*["']?([^"';)]*)""")
DIGITS_A_SECOND, MOST_DIGITS = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a started container does: lines it writes, then it ends after `seconds` (None: never) with `exit_code`.

    It answers probes from `healthy_after` until `healthy_until` seconds of its life; on SIGTERM it ends after
    `stop_seconds` (None: it does not). `files` says from when until when its script has a file.
    """

    lines: tuple[Line, ...] = ()
    seconds: float | None = None
    exit_code: int = 0
    end_reason: str = ""
    listens: bool = False
    healthy_after: float = 0.0
    healthy_until: float = FOR_EVER
    stop_seconds: float | None = 0.0
    stop_code: int = 0
    files: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    loop: tuple[Line, ...] = ()
    loop_from: float = 0.0
    loop_seconds: float = 0.0

    def written(self, age: float) -> list[Line]:
        """What it has written at an age, the newest lines of a long loop only."""
        age += TINY
        found = [line for line in self.lines if line[0] <= age]
        if self.loop and age >= self.loop_from:
            rounds = int((age - self.loop_from) / self.loop_seconds) + 1
            for turn in range(max(0, rounds - MOST_ROUNDS), rounds):
                since = self.loop_from + turn * self.loop_seconds
                found += [(since + at, text) for at, text in self.loop if since + at <= age]
        return found

    def next_line(self, age: float) -> float | None:
        """The age at which it writes again."""
        age += TINY
        later = [at for at, _ in self.lines if at > age]
        if self.loop:
            turn = max(0, int((age - self.loop_from) / self.loop_seconds))
            starts = [self.loop_from + each * self.loop_seconds for each in (turn, turn + 1)]
            later += [since + at for since in starts for at, _ in self.loop if since + at > age]
        return min(later, default=None)


def at_start(*texts: str) -> tuple[Line, ...]:
    return tuple((0.0, text) for text in texts)


def run(words: list[str], files: Mapping[str, bool] | None = None, *, present: bool = True) -> Behaviour:
    """Read a command line. `files` is what is known of files before it starts; of others, whether they are `present`."""
    text = _for.sub(_unrolled, _text(words))
    loop = _while.match(text)
    if loop is None:
        return _read(text, files or {}, present)
    before, body = _read(loop.group(1), files or {}, present), _read(loop.group(2), files or {}, present)
    if before.seconds is None:
        return before
    found = replace(before, seconds=None, exit_code=0)
    if not body.seconds:
        return replace(found, lines=(*before.lines, *((before.seconds + at, text) for at, text in body.lines)))
    return replace(found, loop=body.lines, loop_from=before.seconds, loop_seconds=body.seconds)


def _read(text: str, files: Mapping[str, bool], present: bool) -> Behaviour:
    return _Reader(files, present=present, stops="&&" in text).read(re.split(r";|&&|\n", text))


def _unrolled(loop: re.Match[str]) -> str:
    name, words, body = loop.groups()
    words = _seq.sub(_sequence, words)
    return ";".join(re.sub(rf"\$\{{?{name}\b\}}?", word, body) for word in words.split()) or ":"


def _sequence(found: re.Match[str]) -> str:
    first, last, quoted = found.groups()
    start, end = (1, int(quoted or first)) if last is None else (int(first), int(last))
    return " ".join(str(each) for each in range(start, min(end, start + MOST_ROUNDS) + 1))


def _text(words: list[str]) -> str:
    is_shell = words[0].rpartition("/")[2] in ("sh", "bash", "ash") and len(words) > 2 and words[1].startswith("-")
    return words[2] if is_shell else shlex.join(words)


class _Reader:
    """Goes through a script's commands once."""

    def __init__(self, known: Mapping[str, bool], *, present: bool, stops: bool) -> None:
        self.known = known
        self.present = present
        self.stops = stops
        self.lines: list[Line] = []
        self.at = 0.0
        self.code = 0
        self.files: dict[str, tuple[float, float]] = {}

    def read(self, parts: list[str]) -> Behaviour:
        for part in parts:
            ends = self.take(part.strip())
            if ends is not None:
                return self.result(ends)
            if self.code and self.stops:
                break
        return self.result(self.at)

    def result(self, seconds: float) -> Behaviour:
        ends = None if seconds == FOR_EVER else seconds
        return Behaviour(tuple(self.lines), ends, self.code, stop_code=143, files=self.files)

    def take(self, part: str) -> float | None:
        """One command; when the script ends with it, the second of its end."""
        if match := _sleep.match(part):
            self.at += float(match.group(1)) * _units[match.group(2) or "s"]
            self.code = 0
            return None
        word, _, rest = part.partition(" ")
        if part in ("sleep infinity", "sleep inf"):
            return FOR_EVER
        if word == "exit":
            self.code = int(rest) if rest.strip().isdigit() else self.code
            return self.at
        return self._plain(part, word, rest)

    def _plain(self, part: str, word: str, rest: str) -> float | None:
        if word == "echo":
            self._write(part)
        elif word in ("touch", "rm", "mkdir"):
            self._change(word, rest)
        elif word in _look:
            self._look(word, rest)
        elif word in _interpreters and (code := _inline(rest)) is not None:
            self._interpret(code)
        elif part == "false":
            self.code = 1
        elif part in _quiet or word in _ending:
            self.code = 0
        else:
            return FOR_EVER
        return None

    def _interpret(self, code: str) -> None:
        """A one-line program of an interpreter: what it prints, then it ends."""
        if (pi := _pi.search(code)) is not None:
            digits = min(int(pi.group(1)), MOST_DIGITS)
            self.at += digits / DIGITS_A_SECOND
            self.lines.append((self.at, _digits_of_pi(digits)))
        elif (printed := _print.search(code)) is not None:
            self.lines.append((self.at, printed.group(1)))
        self.code = 0

    def _write(self, part: str) -> None:
        target = re.search(r">>?\s*(\S+)", part)
        if target is None or target.group(1).startswith("/dev/"):
            self.lines += [(self.at, text) for text in _echoes(part)]
        else:
            self.files[target.group(1)] = (self.at, FOR_EVER)
        self.code = 0

    def _change(self, word: str, rest: str) -> None:
        for name in _words(rest):
            if name.startswith("-"):
                continue
            since = self.files.get(name, (0.0, FOR_EVER))[0]
            self.files[name] = (self.at, FOR_EVER) if word != "rm" else (since, self.at)
        self.code = 0

    def _look(self, word: str, rest: str) -> None:
        names = [name for name in _words(rest) if not name.startswith("-") and name not in ("]", "!")]
        missing = [name for name in names if not self._is_there(name)]
        self.code = 1 if missing else 0
        if word in ("cat", "ls", "stat"):
            self.lines += [(self.at, f"{word}: can't open '{name}': No such file or directory") for name in missing]

    def _is_there(self, name: str) -> bool:
        if name in self.files:
            since, until = self.files[name]
            return since <= self.at < until
        return self.known.get(name, self.present)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _echoes(script: str) -> list[str]:
    found = []
    for part in re.findall(r"echo\s+([^;&|>]*)", script):
        found.append(" ".join(word for word in _words(part) if word != "-n"))
    return found


def _inline(rest: str) -> str | None:
    """The program that an interpreter is given on its command line: after -c, -e, or options that end so."""
    words = _words(rest)
    for option, code in itertools.pairwise(words):
        if option.startswith("-") and option[-1] in "ce":
            return code
    return None


@functools.lru_cache(maxsize=8)
def _digits_of_pi(digits: int) -> str:
    """By Machin's formula, in whole numbers."""

    def arctan_of_inverse(number: int, unit: int) -> int:
        total = term = unit // number
        divisor, sign = 3, -1
        while term:
            term //= number * number
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    unit = 10 ** (digits + 10)
    value = 4 * (4 * arctan_of_inverse(5, unit) - arctan_of_inverse(239, unit))
    text = str((value + 5 * 10**10) // 10**11)
    return f"{text[0]}.{text[1:]}"
