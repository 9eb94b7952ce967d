"""Programs that look at files: ls, cat, stat, find, du, df, pwd, basename, dirname, readlink, which."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from cluster.clock import rfc3339
from cluster.runtime.files import Entry
from cluster.runtime.shell.process import Process, special
from cluster.runtime.shell.programs.table import TABLE, Options, program

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@program("cat")
async def cat(run: Process, args: list[str]) -> int:
    options = Options(args)
    if not options.rest:
        while (line := await run.stdin.line()) is not None:
            run.stdout.write(line)
        return 0
    text, code = await run.text(options.rest, "cat")
    if "n" in options:
        text = "".join(f"{number:6}\t{line}\n" for number, line in enumerate(text.splitlines(), 1))
    run.stdout.write(text)
    return code


@program("ls")
async def ls(run: Process, args: list[str]) -> int:
    options, code = Options(args), 0
    files, named, folders = run.world.files, [], []
    for name in options.rest or ["."]:
        found = files.find(run.path(name)) or (Entry(special(run, name)) if special(run, name) else None)
        if found is None:
            run.complain(f"ls: {name}: No such file or directory")
            code = 1
        elif found.text is None and "d" not in options:
            folders.append(name)
        else:
            named.append((name, found))
    _show(run, options, named)
    for index, name in enumerate(folders):
        if len(options.rest) > 1 or "R" in options:
            run.stdout.write(("\n" if index or named else "") + f"{name}:\n")
        hidden = options.has("a", "A")
        inner = [each for each in files.children(run.path(name)) if hidden or not each.startswith(".")]
        if "R" in options:
            folders += [posixpath.join(name, each) for each in inner if files.is_directory(run.path(f"{name}/{each}"))]
        entries = [(each, files.find(run.path(posixpath.join(name, each))) or Entry(None)) for each in inner]
        if "l" in options:
            run.say("total 0")
        _show(run, options, entries)
    return code


def _show(run: Process, options: Options, entries: list[tuple[str, Entry]]) -> None:
    for name, entry in entries:
        run.say(_long(name, entry) if "l" in options else name)


def _long(name: str, entry: Entry) -> str:
    letters = "".join(letter if entry.mode >> (8 - place) & 1 else "-" for place, letter in enumerate("rwxrwxrwx"))
    year, month, day = rfc3339(entry.modified)[:10].split("-")
    at = f"{MONTHS[int(month) - 1]} {int(day):2} {rfc3339(entry.modified)[11:16]}" if year else ""
    kind = "d" if entry.text is None else "-"
    return f"{kind}{letters}    1 root     root     {len(entry.text or ''):9} {at} {name}"


@program("stat")
async def stat(run: Process, args: list[str]) -> int:
    code = 0
    for name in Options(args, "c").rest:
        found = run.world.files.find(run.path(name))
        if found is None:
            run.complain(f"stat: can't stat '{name}': No such file or directory")
            code = 1
        else:
            kind = "directory" if found.text is None else "regular file"
            run.say(f"  File: {name}\n  Size: {len(found.text or ''):<10}\t{kind}\nAccess: ({found.mode:04o})")
    return code


@program("find")
async def find(run: Process, args: list[str]) -> int:
    roots = []
    while args and not args[0].startswith(("-", "!", "(")):
        roots.append(args[0])
        args = args[1:]
    tests = dict(zip(args[::2], args[1::2], strict=False))
    for root in roots or ["."]:
        for path in _walk(run, root):
            is_folder = run.world.files.is_directory(run.path(path))
            if "-name" in tests and not fnmatchcase(posixpath.basename(path), tests["-name"]):
                continue
            if "-type" in tests and is_folder != (tests["-type"] == "d"):
                continue
            run.say(path)
    return 0


def _walk(run: Process, path: str) -> Iterator[str]:
    yield path
    if run.world.files.is_directory(run.path(path)):
        for name in run.world.files.children(run.path(path)):
            yield from _walk(run, posixpath.join(path, name))


@program("df", "du")
async def df(run: Process, args: list[str]) -> int:
    options = Options(args)
    run.say("Filesystem           1K-blocks      Used Available Use% Mounted on")
    used = sum(len(each.text or "") for each in run.world.files.own.entries.values()) // 1024
    run.say(f"overlay              102687672 {used:9} {102687672 - used:9}   0% /")
    for mount in () if options.rest else run.world.files.mounts:
        size = mount.volume.size // 1024
        run.say(f"tmpfs                102687672 {size:9} {102687672 - size:9}   0% {mount.path}")
    return 0


@program("pwd")
async def pwd(run: Process, args: list[str]) -> int:
    run.say(run.cwd)
    return 0


@program("basename")
async def basename(run: Process, args: list[str]) -> int:
    found = posixpath.basename(args[0].rstrip("/")) if args else ""
    run.say(found.removesuffix(args[1]) if len(args) > 1 else found)
    return 0


@program("dirname")
async def dirname(run: Process, args: list[str]) -> int:
    run.say(posixpath.dirname(args[0].rstrip("/")) or "." if args else ".")
    return 0


@program("readlink", "realpath")
async def readlink(run: Process, args: list[str]) -> int:
    for name in Options(args).rest:
        run.say(run.path(name))
    return 0


@program("which")
async def which(run: Process, args: list[str]) -> int:
    found = [name for name in args if name in TABLE]
    for name in found:
        run.say(f"/bin/{name}")
    return 0 if len(found) == len(args) else 1
