"""Programs that change files: touch, rm, mkdir, rmdir, cp, mv, ln, chmod, dd, tee, truncate, mktemp, sync."""

from __future__ import annotations

import posixpath

from cluster.runtime.files import FileError
from cluster.runtime.shell.process import Process
from cluster.runtime.shell.programs.table import Options, program


@program("touch")
async def touch(run: Process, args: list[str]) -> int:
    code = 0
    for name in Options(args, "dtr").rest:
        try:
            run.world.files.write(run.path(name), "", run.now, append=True)
        except FileError as error:
            if str(error) != "Is a directory":
                run.complain(f"touch: {name}: {error}")
                code = 1
    return code


@program("mkdir")
async def mkdir(run: Process, args: list[str]) -> int:
    options, code = Options(args, "m"), 0
    for name in options.rest:
        try:
            if options.has("p", "parents"):
                _make_all(run, run.path(name))
            else:
                run.world.files.make_directory(run.path(name), run.now)
        except FileError as error:
            run.complain(f"mkdir: can't create directory '{name}': {error}")
            code = 1
    return code


def _make_all(run: Process, path: str) -> None:
    if run.world.files.is_directory(path):
        return
    _make_all(run, posixpath.dirname(path))
    run.world.files.make_directory(path, run.now)


@program("rm", "rmdir", "unlink")
async def rm(run: Process, args: list[str]) -> int:
    options, code = Options(args), 0
    for name in options.rest:
        path = run.path(name)
        try:
            if run.world.files.is_directory(path):
                if not options.has("r", "R", "recursive"):
                    raise FileError("Is a directory")
                _remove_all(run, path)
            else:
                run.world.files.remove(path)
        except FileError as error:
            if options.has("f", "force") and str(error) == "No such file or directory":
                continue
            run.complain(
                f"rm: '{name}' is a directory"
                if "directory" in str(error)[:14] and str(error) == "Is a directory"
                else f"rm: can't remove '{name}': {error}"
            )
            code = 1
    return code


def _remove_all(run: Process, path: str) -> None:
    files = run.world.files
    for name in files.children(path):
        inner = posixpath.join(path, name)
        if files.is_directory(inner):
            _remove_all(run, inner)
        else:
            files.remove(inner)
    if not any(mount.path == path for mount in files.mounts):
        files.remove(path)


@program("cp", "ln")
async def cp(run: Process, args: list[str]) -> int:
    return await _copy(run, args, "cp")


@program("mv")
async def mv(run: Process, args: list[str]) -> int:
    return await _copy(run, args, "mv")


async def _copy(run: Process, args: list[str], name: str) -> int:
    *sources, target = Options(args).rest or [""]
    if not sources:
        run.complain(f"BusyBox v1.37.0 multi-call binary.\n\nUsage: {name} SOURCE... DEST")
        return 1
    files, code = run.world.files, 0
    for source in sources:
        into = run.path(target)
        if files.is_directory(into):
            into = posixpath.join(into, posixpath.basename(source.rstrip("/")))
        try:
            _copy_all(run, run.path(source), into)
            if name == "mv":
                _remove_all(run, run.path(source)) if files.is_directory(run.path(source)) else files.remove(
                    run.path(source)
                )
        except FileError as error:
            shown = f"can't stat '{source}'" if str(error) == "No such file or directory" else f"'{target}'"
            run.complain(f"{name}: {shown}: {error}")
            code = 1
    return code


def _copy_all(run: Process, source: str, target: str) -> None:
    files = run.world.files
    if not files.is_directory(source):
        files.write(target, files.read(source), run.now)
        return
    if not files.is_directory(target):
        files.make_directory(target, run.now)
    for name in files.children(source):
        _copy_all(run, posixpath.join(source, name), posixpath.join(target, name))


@program("chmod")
async def chmod(run: Process, args: list[str]) -> int:
    mode, *names = Options([each for each in args if not each.startswith("-R")]).rest or [""]
    mode = next((each for each in args if each[:1] in "+-" and each[1:2] in ("x", "w", "r")), mode)
    code = 0
    for name in names or [each for each in args if each != mode]:
        found = run.world.files.find(run.path(name))
        if found is None:
            run.complain(f"chmod: {name}: No such file or directory")
            code = 1
            continue
        change = {"x": 0o111, "w": 0o222, "r": 0o444}.get(mode[-1:], 0)
        value = int(mode, 8) if mode.isdigit() else found.mode & ~change if "-" in mode else found.mode | change
        try:
            run.world.files.change_mode(run.path(name), value, run.now)
        except FileError as error:
            run.complain(f"chmod: {name}: {error}")
            code = 1
    return code


@program("chown", "chgrp", "sync", "clear", "stty", "tty", "reset")
async def nothing(run: Process, args: list[str]) -> int:
    return 0


@program("tee")
async def tee(run: Process, args: list[str]) -> int:
    options, code = Options(args), 0
    names = []
    for name in options.rest:
        try:
            run.world.files.write(run.path(name), "", run.now, append="a" in options)
            names.append(name)
        except FileError as error:
            run.complain(f"tee: {name}: {error}")
            code = 1
    while (line := await run.stdin.line()) is not None:
        run.stdout.write(line)
        for name in names:
            run.world.files.write(run.path(name), line, run.now, append=True)
    return code


@program("mktemp")
async def mktemp(run: Process, args: list[str]) -> int:
    letters = "".join(run.world.clock.random.choice("abcdefghijkmnpqrstuvwxyz") for _ in range(6))
    path = f"/tmp/tmp.{letters}"
    if "d" in Options(args):
        run.world.files.make_directory(path, run.now)
    else:
        run.world.files.write(path, "", run.now)
    run.say(path)
    return 0
