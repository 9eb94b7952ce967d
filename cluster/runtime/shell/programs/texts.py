"""Programs that write and filter lines: echo, printf, yes, seq, grep, head, tail, wc, sort, uniq, tac, rev, nl."""

from __future__ import annotations

import asyncio
import re

from cluster.runtime.shell.process import Process
from cluster.runtime.shell.programs.table import Options, program
from cluster.runtime.shell.words import unescaped

_directive = re.compile(r"%(%|[-+ 0#]*\d*(?:\.\d+)?[bcdisuxXofge])")
TAIL_SECONDS = 1.0


@program("echo")
async def echo(run: Process, args: list[str]) -> int:
    end, escapes = "\n", False
    while args and re.fullmatch(r"-[neE]+", args[0]):
        end = "" if "n" in args[0] else end
        escapes = escapes or "e" in args[0]
        args = args[1:]
    text = " ".join(args)
    run.stdout.write((unescaped(text) if escapes else text) + end)
    return 0


@program("printf")
async def printf(run: Process, args: list[str]) -> int:
    if not args:
        run.complain("BusyBox v1.37.0 multi-call binary.\n\nUsage: printf FORMAT [ARG]...")
        return 1
    form, values = unescaped(args[0]), list(args[1:])
    while True:
        before = len(values)
        run.stdout.write(_directive.sub(lambda match: _formatted(match.group(1), values), form))
        if not values or len(values) == before:
            return 0


def _formatted(directive: str, values: list[str]) -> str:
    if directive == "%":
        return "%"
    value, kind = values.pop(0) if values else "", directive[-1]
    if kind == "b":
        return unescaped(value)
    if kind == "c":
        return value[:1]
    if kind in "diuxXo":
        number = int(value) if value.lstrip("-").isdigit() else 0
        return ("%" + directive.replace("i", "d").replace("u", "d")) % number
    if kind in "feg":
        return ("%" + directive) % float(value or 0)
    return ("%" + directive) % value


@program("yes")
async def yes(run: Process, args: list[str]) -> int:
    while True:
        run.say(" ".join(args) or "y")
        await run.step()


@program("seq")
async def seq(run: Process, args: list[str]) -> int:
    numbers = [int(float(each)) for each in args if _is_number(each)]
    first, step, last = 1, 1, numbers[-1] if numbers else 0
    if len(numbers) > 1:
        first = numbers[0]
    if len(numbers) > 2:
        step = numbers[1]
    found = list(range(first, last + (1 if step > 0 else -1), step))[:100_000] if step else []
    run.stdout.write("".join(f"{each}\n" for each in found))
    return 0


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _pattern(options: Options) -> tuple[re.Pattern[str] | None, list[str]]:
    rest = list(options.rest)
    wanted = options.all.get("e") or ([rest.pop(0)] if rest else [])
    if not wanted:
        return None, rest
    parts = [re.escape(each) if "F" in options else _regex(each, extended="E" in options) for each in wanted]
    whole = "|".join(f"(?:{each})" for each in parts)
    whole = rf"\b(?:{whole})\b" if "w" in options else rf"^(?:{whole})$" if "x" in options else whole
    return re.compile(whole, re.IGNORECASE if "i" in options else 0), rest


def _regex(text: str, *, extended: bool) -> str:
    r"""POSIX basic expressions mean the plain sign by `+`, and the operator by `\+`."""
    text = re.sub(
        r"\[\[:(\w+):\]\]", lambda m: {"digit": r"\d", "space": r"\s", "alpha": "[A-Za-z]"}.get(m[1], "."), text
    )
    return text if extended else re.sub(r"\\?[+?|(){}]", lambda m: m[0][1:] if m[0][0] == "\\" else "\\" + m[0], text)


@program("grep", "egrep", "fgrep")
async def grep(run: Process, args: list[str]) -> int:
    """Lines as they come, so that it can stand behind `tail -f`."""
    options = Options(args, "emABC")
    try:
        pattern, names = _pattern(options)
    except re.error as error:
        run.complain(f"grep: bad regex: {error}")
        return 2
    if pattern is None:
        run.complain("BusyBox v1.37.0 multi-call binary.\n\nUsage: grep [-HhnlLoqvsrRiwFE] PATTERN [FILE]...")
        return 2
    count = await _in_files(run, options, pattern, names) if names else await _in_input(run, options, pattern)
    if "c" in options:
        run.say(str(count))
    return 0 if count else 1


async def _in_input(run: Process, options: Options, pattern: re.Pattern[str]) -> int:
    count = 0
    while (line := await run.stdin.line()) is not None:
        if _matches(run, options, pattern, line, ""):
            count += 1
            if "q" in options:
                break
    return count


async def _in_files(run: Process, options: Options, pattern: re.Pattern[str], names: list[str]) -> int:
    count = 0
    for name in names:
        lines = (await run.text([name], "grep"))[0].splitlines(keepends=True)
        before = f"{name}:" if len(names) > 1 else ""
        found = sum(_matches(run, options, pattern, line, before) for line in lines)
        if found and "l" in options:
            run.say(name)
        count += found
    return count


def _matches(run: Process, options: Options, pattern: re.Pattern[str], line: str, before: str) -> bool:
    found = pattern.search(line.rstrip("\n"))
    if (found is None) != ("v" in options):
        return False
    if not options.has("q", "c", "l"):
        if "o" in options and found is not None:
            run.stdout.write("".join(f"{each.group(0)}\n" for each in pattern.finditer(line)))
        else:
            run.stdout.write(before + line.rstrip("\n") + "\n")
    return True


def _counted(args: list[str]) -> Options:
    """-5 means -n 5."""
    return Options([f"-n{each[1:]}" if re.fullmatch(r"-\d+", each) else each for each in args], "nc")


@program("head")
async def head(run: Process, args: list[str]) -> int:
    options = _counted(args)
    if "c" in options:
        text, code = await run.text(options.rest, "head")
        run.stdout.write(text[: options.number("c", 0)])
        return code
    count = options.number("n", 10)
    if options.rest:
        text, code = await run.text(options.rest, "head")
        run.stdout.write("".join(text.splitlines(keepends=True)[:count]))
        return code
    while count > 0 and (line := await run.stdin.line()) is not None:
        run.stdout.write(line)
        count -= 1
    return 0


@program("tail")
async def tail(run: Process, args: list[str]) -> int:
    options = _counted(args)
    count = options.number("n", 10)
    if options.has("f", "F") and not options.rest:
        await asyncio.get_running_loop().create_future()
    follows = options.has("f", "F") and options.rest != ["/dev/null"]
    if options.rest == ["/dev/null"] and options.has("f", "F"):
        await asyncio.get_running_loop().create_future()
    text, code = await run.text(options.rest, "tail")
    lines = text.splitlines(keepends=True)
    skips = options.given.get("n", "").startswith("+")
    run.stdout.write("".join(lines[count - 1 :] if skips else lines[-count:] if count else []))
    if follows and (not code or "F" in options):
        await _follow(run, options.rest[-1], len(text))
    return code


async def _follow(run: Process, name: str, seen: int) -> None:
    while True:
        await run.sleep(TAIL_SECONDS)
        found = run.world.files.find(run.path(name))
        text = found.text or "" if found is not None else ""
        seen = 0 if len(text) < seen else seen
        if len(text) > seen:
            run.stdout.write(text[seen:])
            seen = len(text)


@program("wc")
async def wc(run: Process, args: list[str]) -> int:
    options = Options(args)
    text, code = await run.text(options.rest, "wc")
    figures = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode(errors="surrogateescape"))}
    wanted = [figures[each] for each in "lwc" if each in options] or list(figures.values())
    shown = str(wanted[0]) if len(wanted) == 1 else " ".join(f"{each:9}" for each in wanted)
    run.say(f"{shown} {options.rest[0]}" if options.rest else shown)
    return code


@program("sort")
async def sort(run: Process, args: list[str]) -> int:
    options = Options(args, "kt")
    text, code = await run.text(options.rest, "sort")
    field, mark = options.number("k", 0), options.given.get("t")

    def key(line: str) -> tuple[float, str]:
        part = (line.split(mark) if field else [line])[field - 1 if field else 0 :][:1]
        word = part[0] if part else ""
        number = re.match(r"\s*-?\d+(\.\d+)?", word)
        return (float(number.group(0)) if number else 0.0, word) if "n" in options else (0.0, word)

    lines = sorted(text.splitlines(), key=key, reverse="r" in options)
    lines = list(dict.fromkeys(lines)) if "u" in options else lines
    run.stdout.write("".join(f"{line}\n" for line in lines))
    return code


@program("uniq")
async def uniq(run: Process, args: list[str]) -> int:
    options = Options(args)
    text, code = await run.text(options.rest[:1], "uniq")
    groups: list[tuple[str, int]] = []
    for line in text.splitlines():
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    run.stdout.write("".join(f"{count:7} {line}\n" if "c" in options else f"{line}\n" for line, count in groups))
    return code
