"""What a shell does itself: builtins, and the compound commands' control flow. Models: busybox shell/ash.c"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cluster.runtime.shell import programs, words
from cluster.runtime.shell.control import Loop, Return
from cluster.runtime.shell.parsing import text_of
from cluster.runtime.shell.process import Exit

if TYPE_CHECKING:
    from tree_sitter import Node

    from cluster.runtime.shell.interpreter import Shell

# --- control flow ---------------------------------------------------------------------------------------------------


async def if_statement(shell: Shell, node: Node) -> int:
    """if, elif and else: a clause's own parts lie between its keywords."""
    condition: list[Node] = []
    body: list[Node] = []
    part = condition
    for child in node.children[1:]:
        if child.type == "then":
            part = body
        elif child.type in ("elif_clause", "else_clause", "fi"):
            break
        else:
            part.append(child)
    if await shell.asks(condition):
        shell.code = 0
        return await shell.all(body)
    for clause in node.children:
        if clause.type == "else_clause":
            shell.code = 0
            return await shell.all(clause.children[1:])
        if clause.type == "elif_clause" and (found := await _elif(shell, clause)) is not None:
            return found
    return 0


async def _elif(shell: Shell, clause: Node) -> int | None:
    then = next(index for index, each in enumerate(clause.children) if each.type == "then")
    if not await shell.asks(clause.children[1:then]):
        return None
    shell.code = 0
    return await shell.all(clause.children[then + 1 :])


async def _body(shell: Shell, node: Node) -> bool:
    """One round; False when the loop is left."""
    try:
        await shell.one(node)
    except Loop as found:
        if found.levels > 1:
            raise Loop(found.levels - 1, again=found.again) from None
        return found.again
    return True


async def while_statement(shell: Shell, node: Node) -> int:
    wanted = node.children[0].type == "while"
    body = node.children[-1]
    last = 0
    while await shell.asks(node.children[1:-1]) == wanted:
        shell.code = 0
        if not await _body(shell, body):
            break
        last = shell.code
    return last


async def for_statement(shell: Shell, node: Node) -> int:
    name = text_of(node.children[1])
    body = node.children[-1]
    given = [each for each in node.children[2:-1] if each.is_named]
    has_words = any(each.type == "in" for each in node.children)
    shell.code = 0
    for value in await words.fields(shell, given) if has_words else list(shell.arguments):
        shell.process.env[name] = value
        if not await _body(shell, body):
            break
    return shell.code


async def c_for_statement(shell: Shell, node: Node) -> int:
    """for ((i=0; i<3; i++)), which bash knows."""
    inner = text_of(node).partition("((")[2].partition("))")[0].split(";")
    start, condition, step = (part.strip() for part in (*inner, "", "", "")[:3])
    _count(shell, start)
    shell.code = 0
    while not condition or _number(shell, condition):
        if not await _body(shell, node.children[-1]):
            break
        _count(shell, step)
    return shell.code


def _number(shell: Shell, text: str) -> int:
    from cluster.runtime.shell import arithmetic

    try:
        return arithmetic.value(text, shell.process.env)
    except arithmetic.ArithmeticProblem as problem:
        raise words.ExpansionProblem(str(problem)) from problem


def _count(shell: Shell, text: str) -> None:
    """i=0, i++, i--, i+=2"""
    env = shell.process.env
    if text.endswith(("++", "--")):
        env[text[:-2]] = str(_number(shell, text[:-2]) + (1 if text.endswith("++") else -1))
    elif "+=" in text or "-=" in text:
        name, _, value = text.partition("=")
        env[name[:-1].strip()] = str(_number(shell, f"{name}({value})"))
    elif text:
        name, _, value = text.partition("=")
        env[name.strip()] = str(_number(shell, value))


async def case_statement(shell: Shell, node: Node) -> int:
    value = await words.text(shell, node.children[1])
    for item in node.children:
        if item.type != "case_item":
            continue
        end = next(index for index, each in enumerate(item.children) if each.type == ")")
        for pattern in item.children[:end]:
            if pattern.is_named and fnmatchcase(value, await words.text(shell, pattern)):
                shell.code = 0
                return await shell.all([each for each in item.children[end + 1 :] if each.type != ";;"])
    return 0


# --- builtins -------------------------------------------------------------------------------------------------------


async def _exit(shell: Shell, args: list[str]) -> int:
    if args and not args[0].lstrip("-").isdigit():
        shell.process.complain(f"{shell.name}: exit: Illegal number: {args[0]}")
        raise Exit(2)
    raise Exit(int(args[0]) if args else shell.code)


async def _return(shell: Shell, args: list[str]) -> int:
    raise Return(int(args[0]) if args and args[0].isdigit() else shell.code)


async def _break(shell: Shell, args: list[str]) -> int:
    raise Loop(int(args[0]) if args and args[0].isdigit() else 1, again=False)


async def _continue(shell: Shell, args: list[str]) -> int:
    raise Loop(int(args[0]) if args and args[0].isdigit() else 1, again=True)


async def _cd(shell: Shell, args: list[str]) -> int:
    target = args[0] if args else shell.process.env.get("HOME", "/root")
    target = shell.process.env.get("OLDPWD", "/") if target == "-" else target
    path = shell.process.path(target)
    if not shell.process.world.files.is_directory(path):
        there = shell.process.world.files.find(path) is not None
        problem = "Not a directory" if there else "No such file or directory"
        shell.process.complain(f"{shell.name}: cd: can't cd to {target}: {problem}")
        return 2
    shell.process.env["OLDPWD"], shell.process.cwd = shell.process.cwd, path
    shell.process.env["PWD"] = path
    return 0


async def _export(shell: Shell, args: list[str]) -> int:
    for each in args:
        name, given, value = each.partition("=")
        if given:
            shell.process.env[name] = value
    return 0


async def _unset(shell: Shell, args: list[str]) -> int:
    for each in args:
        shell.process.env.pop(each, None)
    return 0


async def _set(shell: Shell, args: list[str]) -> int:
    for index, each in enumerate(args):
        if each == "--" or each[:1] not in ("-", "+"):
            shell.arguments = args[index + (each == "--") :]
            break
        change = shell.options.update if each[0] == "-" else shell.options.difference_update
        change(each[1:].replace("o", ""))
    return 0


async def _shift(shell: Shell, args: list[str]) -> int:
    count = int(args[0]) if args and args[0].isdigit() else 1
    if count > len(shell.arguments):
        return 1
    del shell.arguments[:count]
    return 0


async def _read(shell: Shell, args: list[str]) -> int:
    line = await shell.process.stdin.line()
    names = [each for each in args if not each.startswith("-")] or ["REPLY"]
    parts = (line or "").rstrip("\n").split(None, len(names) - 1)
    for index, name in enumerate(names):
        shell.process.env[name] = parts[index].rstrip() if index < len(parts) else ""
    return 0 if line is not None and line.endswith("\n") else 1


async def _wait(shell: Shell, args: list[str]) -> int:
    found = shell.jobs
    if args:
        processes = shell.process.world.processes
        named = [processes[int(each)].task for each in args if each.isdigit() and int(each) in processes]
        found = [each for each in named if each is not None]
    code = 0
    for job in list(found):
        await asyncio.wait([job])
        code = 143 if job.cancelled() else job.result()
    shell.jobs = [each for each in shell.jobs if not each.done()]
    return code if args else 0


async def _trap(shell: Shell, args: list[str]) -> int:
    if not args:
        for name, action in shell.process.trap.items():
            shell.process.say(f"trap -- '{action}' {name}")
        return 0
    action, names = args[0], args[1:]
    for each in names:
        name = {"0": "EXIT", "15": "TERM", "2": "INT", "1": "HUP"}.get(each, each.upper().removeprefix("SIG"))
        if action == "-":
            shell.process.trap.pop(name, None)
        else:
            shell.process.trap[name] = action
    return 0


async def _eval(shell: Shell, args: list[str]) -> int:
    return await shell.source(" ".join(args))


async def _exec(shell: Shell, args: list[str]) -> int:
    if not args:
        return 0
    raise Exit(await shell.call(args, {}))


async def _source(shell: Shell, args: list[str]) -> int:
    return await shell.source(shell.process.open(args[0])) if args else 2


async def _type(shell: Shell, args: list[str]) -> int:
    """command -v, type: is there such a command?"""
    looks = args[:1] == ["-v"]
    code = 0
    for name in args[1:] if looks else args:
        if name in TABLE or name in shell.functions:
            shell.process.say(name if looks else f"{name} is a shell builtin")
        elif programs.is_there(name):
            shell.process.say(f"/bin/{name}" if looks else f"{name} is /bin/{name}")
        else:
            code = 127
            if not looks:
                shell.process.say(f"{name}: not found")
    return code


async def _command(shell: Shell, args: list[str]) -> int:
    return await _type(shell, args) if args[:1] == ["-v"] else await shell.call(args, {}) if args else 0


async def _nothing(shell: Shell, args: list[str]) -> int:
    return 0


Builtin = Callable[["Shell", list[str]], Awaitable[int]]
TABLE: dict[str, Builtin] = {
    ":": _nothing, "exit": _exit, "return": _return, "break": _break, "continue": _continue, "cd": _cd,
    "export": _export, "local": _export, "readonly": _export, "unset": _unset, "set": _set, "shift": _shift,
    "read": _read, "wait": _wait, "trap": _trap, "eval": _eval, "exec": _exec, ".": _source, "source": _source,
    "type": _type, "command": _command, "umask": _nothing, "ulimit": _nothing,
}  # fmt: skip
