"""Interpreters of other languages: a one-line program prints its text, or digits of pi; anything else runs for ever."""

from __future__ import annotations

import asyncio
import re

from cluster.runtime.shell.process import Process
from cluster.runtime.shell.programs.pi import DIGITS_A_SECOND, MOST_DIGITS, digits_of_pi
from cluster.runtime.shell.programs.table import program

_pi = re.compile(r"\bprint bpi\((\d+)\)")
_print = re.compile(r"""\b(?:print|console\.log|puts)\b\s*\(?\s*["']?([^"';)]*)""")


@program("perl", "python", "python3", "node", "ruby", "php")
async def interpreter(run: Process, args: list[str]) -> int:
    code = next((args[index + 1] for index, each in enumerate(args[:-1]) if each[:1] == "-" and each[-1] in "ce"), None)
    if code is None:
        await asyncio.get_running_loop().create_future()
        return 0
    if (pi := _pi.search(code)) is not None:
        digits = min(int(pi.group(1)), MOST_DIGITS)
        await run.sleep(digits / DIGITS_A_SECOND)
        run.say(digits_of_pi(digits))
    elif (printed := _print.search(code)) is not None:
        run.say(printed.group(1))
    return 0
