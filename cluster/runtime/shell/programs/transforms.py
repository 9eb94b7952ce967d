"""Programs that rewrite lines: cut, tr, sed (s, d, p), awk ('{print $n}'), base64, md5sum, sha256sum, xargs, rev, tac."""

from __future__ import annotations

import base64
import hashlib
import re

from cluster.runtime.shell.process import Process
from cluster.runtime.shell.programs.table import Options, program

_substitution = re.compile(r"^s(.)(.*?)(?<!\\)\1(.*?)(?<!\\)\1([gip]*)$")
_deletion = re.compile(r"^(?:/(.*)/|(\d+|\$))?([dp])$")
_awk = re.compile(r"^\s*(?:/(.*?)/)?\s*\{\s*print\b\s*(.*?)\s*;?\s*\}\s*$")


@program("cut")
async def cut(run: Process, args: list[str]) -> int:
    options = Options(args, "dfc")
    text, code = await run.text(options.rest, "cut")
    mark, wanted = options.given.get("d", "\t"), options.given.get("f") or options.given.get("c", "")
    for line in text.splitlines():
        parts = list(line) if "c" in options else line.split(mark)
        if "f" in options and len(parts) == 1:
            run.say(line)
            continue
        chosen = [part for number, part in enumerate(parts, 1) if _is_in(number, wanted)]
        run.say(("" if "c" in options else mark).join(chosen))
    return code


def _is_in(number: int, ranges: str) -> bool:
    for each in ranges.split(","):
        first, dash, last = each.partition("-")
        low = int(first) if first.isdigit() else 1
        high = (int(last) if last.isdigit() else number) if dash else low
        if low <= number <= high:
            return True
    return False


def _letters(text: str) -> str:
    named = {"[:upper:]": "A-Z", "[:lower:]": "a-z", "[:digit:]": "0-9", "[:space:]": " \t\n", "\\n": "\n", "\\t": "\t"}
    for name, letters in named.items():
        text = text.replace(name, letters)
    return re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), text)


@program("tr")
async def tr(run: Process, args: list[str]) -> int:
    options = Options(args)
    text = await run.rest()
    sets = [_letters(each) for each in options.rest]
    if not sets:
        return 1
    if options.has("d"):
        drops = set(sets[0])
        run.stdout.write("".join(each for each in text if (each in drops) == ("c" in options)))
    elif options.has("s") and len(sets) == 1:
        run.stdout.write(re.sub(f"([{re.escape(sets[0])}])\\1+", r"\1", text))
    else:
        target = sets[1].ljust(len(sets[0]), sets[1][-1:] or " ") if len(sets) > 1 else sets[0]
        run.stdout.write(text.translate(str.maketrans(sets[0], target[: len(sets[0])])))
    return 0


@program("sed")
async def sed(run: Process, args: list[str]) -> int:
    options = Options(args, "e")
    scripts = options.all.get("e") or options.rest[:1]
    names = options.rest if "e" in options else options.rest[1:]
    commands = [each.strip() for script in scripts for each in script.split(";") if each.strip()]
    for command in commands:
        if not _substitution.match(command) and not _deletion.match(command):
            run.complain(f"sed: unsupported command {command}")
            return 1
    text, code = await run.text(names, "sed")
    lines = text.splitlines()
    found = "".join(
        _edited(commands, line, (number, len(lines)), "n" in options) for number, line in enumerate(lines, 1)
    )
    if "i" in options and names:
        run.world.files.write(run.path(names[0]), found, run.now)
    else:
        run.stdout.write(found)
    return code


def _edited(commands: list[str], line: str, at: tuple[int, int], quiet: bool) -> str:
    printed = ""
    for command in commands:
        if match := _substitution.match(command):
            _, old, new, flags = match.groups()
            new = re.sub(r"(?<!\\)&", r"\\g<0>", new)
            changed = re.sub(old.replace("\\(", "(").replace("\\)", ")"), new, line, count=0 if "g" in flags else 1)
            printed += f"{changed}\n" if "p" in flags and changed != line else ""
            line = changed
        elif match := _deletion.match(command):
            pattern, number, action = match.groups()
            here = at[1] if number == "$" else int(number or 0)
            if re.search(pattern, line) if pattern else not here or at[0] == here:
                if action == "d":
                    return printed
                printed += f"{line}\n"
    return printed if quiet else printed + line + "\n"


@program("awk")
async def awk(run: Process, args: list[str]) -> int:
    options = Options(args, "Fv")
    match = _awk.match(options.rest[0]) if options.rest else None
    if match is None:
        run.complain("awk: only '[/pattern/] {print …}' is simulated")
        return 2
    text, code = await run.text(options.rest[1:], "awk")
    pattern, shown = match.groups()
    for number, line in enumerate(text.splitlines(), 1):
        if pattern is None or re.search(pattern, line):
            parts = line.split(options.given.get("F"))
            run.say(
                " ".join(_awk_value(each.strip(), line, parts, number) for each in shown.split(",")) if shown else line
            )
    return code


def _awk_value(term: str, line: str, parts: list[str], number: int) -> str:
    found = ""
    for each in re.findall(r'"[^"]*"|\$?\w+', term):
        if each[0] == '"':
            found += each[1:-1]
        elif each == "$0":
            found += line
        elif each == "$NF":
            found += parts[-1] if parts else ""
        elif each[0] == "$" and each[1:].isdigit():
            found += parts[int(each[1:]) - 1] if int(each[1:]) <= len(parts) else ""
        else:
            found += {"NR": str(number), "NF": str(len(parts))}.get(each, each if each.isdigit() else "")
    return found


def _decoded(raw: bytes) -> str:
    """Bytes that are no UTF-8 become a character each: texts must be such that a message can carry."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


@program("base64")
async def base64_program(run: Process, args: list[str]) -> int:
    options = Options(args, "w")
    text, code = await run.text(options.rest, "base64")
    raw = text.encode(errors="surrogateescape")
    try:
        if options.has("d", "D", "decode"):
            run.stdout.write(_decoded(base64.b64decode(raw)))
        else:
            run.say(base64.b64encode(raw).decode())
    except ValueError:
        run.complain("base64: truncated input")
        return 1
    return code


@program("sha256sum")
async def sha256sum(run: Process, args: list[str]) -> int:
    text, code = await run.text(args, "sha256sum")
    run.say(f"{hashlib.sha256(text.encode(errors='surrogateescape')).hexdigest()}  {args[0] if args else '-'}")
    return code


@program("md5sum")
async def md5sum(run: Process, args: list[str]) -> int:
    text, code = await run.text(args, "md5sum")
    found = hashlib.md5(text.encode(errors="surrogateescape"), usedforsecurity=False).hexdigest()
    run.say(f"{found}  {args[0] if args else '-'}")
    return code


@program("xargs")
async def xargs(run: Process, args: list[str]) -> int:
    from cluster.runtime.shell import programs

    options = [each for each in args if each.startswith("-")]
    command = [each for each in args if each not in options] or ["echo"]
    return await programs.run(run.child(), [*command, *(await run.rest()).split()])


@program("tac")
async def tac(run: Process, args: list[str]) -> int:
    text, code = await run.text(args, "tac")
    run.stdout.write("".join(f"{line}\n" for line in reversed(text.splitlines())))
    return code
