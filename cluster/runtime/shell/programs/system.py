"""Programs about the machine and its processes: sleep, date, hostname, id, ps, kill, env, test, sh, timeout, free, …"""

from __future__ import annotations

import asyncio
import datetime
import re

from cluster.runtime.shell import conditions
from cluster.runtime.shell.process import Exit, Process, Script
from cluster.runtime.shell.programs.table import Options, program

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_duration = re.compile(r"(\d+(?:\.\d+)?|\.\d+)([smhd]?)")
FOR_EVER = ("infinity", "inf")


def seconds(text: str) -> float | None:
    """None for what is no time."""
    match = _duration.fullmatch(text)
    return float(match.group(1)) * UNITS[match.group(2)] if match else None


@program("sleep")
async def sleep(run: Process, args: list[str]) -> int:
    if any(each in FOR_EVER for each in args):
        await asyncio.get_running_loop().create_future()
    total = 0.0
    for each in args:
        found = seconds(each)
        if found is None:
            run.complain(f"sleep: invalid number '{each}'")
            return 1
        total += found
    if not args:
        run.complain("BusyBox v1.37.0 multi-call binary.\n\nUsage: sleep [N]...")
        return 1
    await run.sleep(total)
    return 0


@program("true")
async def true(run: Process, args: list[str]) -> int:
    return 0


@program("false")
async def false(run: Process, args: list[str]) -> int:
    return 1


@program("test", "[")
async def test(run: Process, args: list[str]) -> int:
    try:
        return 0 if conditions.holds(run, args[:-1] if args[-1:] == ["]"] else args) else 1
    except conditions.TestProblem as problem:
        run.complain(f"test: {problem}")
        return 2


@program("date")
async def date(run: Process, args: list[str]) -> int:
    options = Options(args, "dDr")
    at = datetime.datetime.fromtimestamp(run.now, datetime.UTC)
    given = options.given.get("d", "")
    if given.startswith("@") and given[1:].isdigit():
        at = datetime.datetime.fromtimestamp(int(given[1:]), datetime.UTC)
    form = next((each[1:] for each in options.rest if each.startswith("+")), "%a %b %e %H:%M:%S %Z %Y")
    if options.has("I", "Iseconds"):
        form = "%Y-%m-%dT%H:%M:%S+00:00" if "s" in options else "%Y-%m-%d"
    if "R" in options:
        form = "%a, %d %b %Y %H:%M:%S +0000"
    form = form.replace("%s", str(int(at.timestamp()))).replace("%N", f"{at.microsecond:06}000").replace("%Z", "UTC")
    run.say(at.strftime(form))
    return 0


@program("hostname")
async def hostname(run: Process, args: list[str]) -> int:
    run.say(run.world.address if "-i" in args or "-I" in args else run.world.hostname)
    return 0


@program("uname")
async def uname(run: Process, args: list[str]) -> int:
    parts = {"s": "Linux", "n": run.world.hostname, "r": "6.1.0-simulated", "m": "x86_64"}
    options = Options(args)
    run.say(" ".join(value for key, value in parts.items() if key in options or "a" in options) or "Linux")
    return 0


@program("id", "groups")
async def identity(run: Process, args: list[str]) -> int:
    user = run.env.get("KUBELEARN_UID", "0")
    name = "root" if user == "0" else user
    if "-u" in args or "-g" in args:
        run.say(user)
    else:
        run.say(f"uid={user}({name}) gid={user}({name}) groups={user}({name})")
    return 0


@program("whoami")
async def whoami(run: Process, args: list[str]) -> int:
    user = run.env.get("KUBELEARN_UID", "0")
    run.say("root" if user == "0" else f"whoami: unknown uid {user}")
    return 0


@program("env")
async def env(run: Process, args: list[str]) -> int:
    from cluster.runtime.shell import programs

    while args and "=" in args[0]:
        name, _, value = args[0].partition("=")
        run.env[name] = value
        args = args[1:]
    if args and args[0] in run.env:
        run.say(run.env[args[0]])
        return 0
    if args and not args[0].startswith("-"):
        return await programs.run(run, args)
    for name, value in run.env.items():
        if name.isidentifier() and not name.startswith("KUBELEARN_"):
            run.say(f"{name}={value}")
    return 0


@program("printenv")
async def printenv(run: Process, args: list[str]) -> int:
    if not args:
        return await env(run, args)
    for name in args:
        if name in run.env:
            run.say(run.env[name])
    return 0 if all(name in run.env for name in args) else 1


@program("ps", "top")
async def ps(run: Process, args: list[str]) -> int:
    run.say("PID   USER     TIME  COMMAND")
    for pid, each in sorted(run.world.processes.items()):
        run.say(f"{pid:5} root      0:00 {each.name}")
    run.say(f"{run.world.next_pid + 1:5} root      0:00 ps")
    return 0


@program("kill", "killall", "pkill")
async def kill(run: Process, args: list[str]) -> int:
    signal, pids = "TERM", []
    for each in args:
        if each.startswith("-") and each[1:]:
            signal = {"9": "KILL", "15": "TERM", "2": "INT"}.get(each[1:], each[1:].upper().removeprefix("SIG"))
        else:
            pids.append(each)
    code = 0
    for each in pids:
        target = run.world.processes.get(int(each)) if each.isdigit() else None
        if target is None or target.task is None:
            run.complain(f"sh: can't kill pid {each}: No such process")
            code = 1
        elif signal != "0" and not (target.pid == 1 and signal == "KILL"):
            target.task.cancel()
    return code


@program("sh", "bash", "ash", "dash")
async def sh(run: Process, args: list[str]) -> int:
    """-c text, a file, or lines from the input."""
    options = []
    while args and args[0][:1] in ("-", "+") and len(args[0]) > 1:
        options.append(args[0][1:])
        args = args[1:]
    letters = "".join(each for each in options if each not in ("login", "posix"))
    if "c" in letters:
        text, arguments = args[0] if args else "", args[2:]
    elif args:
        text, arguments = run.open(args[0]), args[1:]
    else:
        return await _interactive(run, run.world.shell(run.child(), []))
    shell = run.world.shell(run.child(), arguments)
    shell.options = set(letters) & set("eux")
    if run.on_shell is not None:
        run.on_shell(shell)
    return await shell.run(text)


async def _interactive(run: Process, shell: Script) -> int:
    while (line := await run.stdin.line()) is not None:
        try:
            await shell.source(line)
        except Exit as end:
            return end.code
    return shell.code


@program("timeout")
async def timeout(run: Process, args: list[str]) -> int:
    from cluster.runtime.shell import programs

    options = Options(args[:1], "s")
    rest = [*options.rest, *args[1:]]
    limit = seconds(rest[0]) if rest else None
    if limit is None or len(rest) < 2:
        run.complain("BusyBox v1.37.0 multi-call binary.\n\nUsage: timeout [-s SIG] SECS PROG ARGS")
        return 1
    task = asyncio.get_running_loop().create_task(programs.run(run.child(), rest[1:]))
    timer = run.world.clock.call_later(limit, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        if not task.cancelled():
            raise
        return 143
    finally:
        timer.cancel()
        task.cancel()


@program("nohup", "nice", "time", "setsid", "tini", "dumb-init")
async def around(run: Process, args: list[str]) -> int:
    from cluster.runtime.shell import programs

    rest = [each for each in args if each != "--"]
    return await programs.run(run, rest) if rest else 0


def _not_simulated(name: str) -> None:
    """A script that needs such a program fails where it calls it, and says why."""

    @program(name)
    async def fail(run: Process, args: list[str]) -> int:
        run.complain(f"{name}: this program is not simulated")
        return 1


for _each in ["uptime", "free", "dmesg", "apk", "apt-get", "apt", "yum", "pip", "npm", "tar", "vi", "mount", "umount"]:
    _not_simulated(_each)


@program("nproc")
async def nproc(run: Process, args: list[str]) -> int:
    run.say("4")
    return 0
