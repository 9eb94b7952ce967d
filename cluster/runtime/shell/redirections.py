"""Redirections, here-documents and pipes of a shell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cluster.runtime.files import FileError
from cluster.runtime.shell import words
from cluster.runtime.shell.parsing import text_of
from cluster.runtime.shell.process import BrokenPipe, FileFault, FileWriter, Null, Pipe

if TYPE_CHECKING:
    from tree_sitter import Node

    from cluster.runtime.shell.interpreter import Shell

OUTPUTS = (">", ">>", ">|", "&>", "&>>", ">&")


@asynccontextmanager
async def applied(shell: Shell, redirects: list[Node]) -> AsyncIterator[None]:
    """With the streams that the redirections ask for; FileFault when one cannot be opened."""
    process = shell.process
    before = (process.stdin, process.stdout, process.err)
    try:
        for node in redirects:
            await _apply(shell, node)
        yield
    finally:
        process.stdin, process.stdout, process.err = before


async def redirected(shell: Shell, node: Node, redirects: Sequence[Node]) -> int:
    """One statement with redirections around it."""
    async with applied(shell, list(redirects)):
        return await shell.one(node)


def parts(node: Node) -> tuple[Node, list[Node]]:
    """A redirected statement's body and redirections; another node has none."""
    if node.type != "redirected_statement":
        return node, []
    return node.children[0], [each for each in node.children if each.type.endswith("_redirect")]


async def _apply(shell: Shell, node: Node) -> None:
    process = shell.process
    if node.type == "heredoc_redirect":
        process.stdin = Pipe(await _heredoc(shell, node), closed=True)
        for child in node.children:
            if child.type == "file_redirect":
                await _apply(shell, child)
        return
    if node.type == "herestring_redirect":
        process.stdin = Pipe(await words.text(shell, node.children[-1]) + "\n", closed=True)
        return
    number = next((text_of(each) for each in node.children if each.type == "file_descriptor"), "")
    operator = next(each.type for each in node.children if not each.is_named)
    target = await words.text(shell, node.named_children[-1])
    if operator == "<":
        process.stdin = Pipe("" if target == "/dev/null" else process.open(target), closed=True)
    elif operator in OUTPUTS:
        _write_to(shell, number, operator, target)


def _write_to(shell: Shell, number: str, operator: str, target: str) -> None:
    process = shell.process
    if operator == ">&" and target in ("1", "2", "-"):
        sink: Any = {"1": process.stdout, "2": process.err, "-": Null()}[target]
    else:
        sink = _opened(shell, target, append=">>" in operator)
    if number == "2":
        process.err = sink
    elif operator.startswith("&>"):
        process.stdout = process.err = sink
    else:
        process.stdout = sink


def _opened(shell: Shell, target: str, *, append: bool) -> Any:
    process = shell.process
    devices = {"/dev/null": Null(), "/dev/stdout": process.stdout, "/dev/stderr": process.err}
    devices |= {"/proc/1/fd/1": process.stdout, "/proc/1/fd/2": process.err, "/dev/tty": process.stdout}
    if target in devices:
        return devices[target]
    path = process.path(target)
    try:
        process.world.files.write(path, "", process.now, append=append)
    except FileError as error:
        said = "nonexistent directory" if str(error) == "No such file or directory" else str(error)
        raise FileFault(f"can't create {target}: {said}") from error
    return FileWriter(process, path)


async def _heredoc(shell: Shell, node: Node) -> str:
    start = next((text_of(each) for each in node.children if each.type == "heredoc_start"), "")
    body = next((each for each in node.children if each.type == "heredoc_body"), None)
    if body is None:
        return ""
    plain = start[:1] in ("'", '"', "\\")
    found = text_of(body) if plain else await words.text(shell, body)
    if node.children[0].type == "<<-":
        found = "".join(line.lstrip("\t") for line in found.splitlines(keepends=True))
    return found


async def heredoc_pipeline(shell: Shell, first: Node, rest: Node) -> int:
    """`cat <<EOF | wc -l`: the grammar hangs the pipe into the redirection."""
    return await pipeline(shell, [first, *(each for each in rest.children if each.is_named)])


async def pipeline(shell: Shell, stages: list[Node], redirects: Sequence[Node] = ()) -> int:
    """All stages at once, each in a subshell, the first with redirections; the last one's code."""
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[int]] = []
    source: Any = shell.process.stdin
    for index, stage in enumerate(stages):
        output = Pipe() if index < len(stages) - 1 else None
        streams = {"stdin": source} if output is None else {"stdin": source, "stdout": output}
        inner = shell.subshell(**streams)
        tasks.append(
            loop.create_task(_stage(inner.alone(stage, () if index else redirects), source if index else None, output))
        )
        source = output
    try:
        codes = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return codes[-1]


async def _stage(running: Coroutine[Any, Any, int], source: Pipe | None, output: Pipe | None) -> int:
    try:
        return await running
    except BrokenPipe:
        return 141
    finally:
        if output is not None:
            output.close()
        if source is not None:
            source.unread = True
