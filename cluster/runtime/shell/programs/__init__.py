"""The programs of simulated images: name → coroutine of a process and its arguments, answering with the exit code.

Modules register theirs by name in `TABLE`; a program that no image of ours brings is not found, or, in an image of which
nobody knows what is in it, runs for ever.
"""

from __future__ import annotations

import asyncio

from cluster.runtime.shell.process import Exit, FileFault, Process
from cluster.runtime.shell.programs import disk, interpreters, listing, network, system, texts, transforms
from cluster.runtime.shell.programs.table import TABLE as TABLE
from cluster.runtime.shell.programs.table import Options

NOT_FOUND = 127
__all__ = ("TABLE", "Options", "disk", "interpreters", "listing", "network", "system", "texts", "transforms")


def is_there(name: str) -> bool:
    return name.rpartition("/")[2] in TABLE


async def run(process: Process, argv: list[str]) -> int:
    """A program to its end."""
    name = argv[0].rpartition("/")[2]
    if name == "busybox" and len(argv) > 1:
        return await run(process, argv[1:])
    program = TABLE.get(name)
    if program is None:
        return await _unknown(process, argv)
    try:
        return await program(process, argv[1:])
    except FileFault as fault:
        process.complain(f"{name}: {fault}")
        return 1


async def _unknown(process: Process, argv: list[str]) -> int:
    """A script in a file; else nobody knows it."""
    found = process.world.files.find(process.path(argv[0])) if "/" in argv[0] else None
    if found is not None and found.text is not None:
        if not found.mode & 0o111:
            process.complain(f"sh: {argv[0]}: Permission denied")
            return 126
        try:
            return await process.world.shell(process, argv[1:]).run(found.text)
        except Exit as end:
            return end.code
    if process.world.has_any_program:
        await asyncio.get_running_loop().create_future()
    process.complain(f"sh: {argv[0]}: not found")
    return NOT_FOUND
