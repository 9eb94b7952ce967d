"""How simulated images behave: serve, run a command, end, crash, never pull. Data, with a name's first match winning.

An image that no pattern names serves for ever, as most images of a course do.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase

SHELLS = ("busybox*", "alpine*", "*/busybox*", "*/alpine*", "ubuntu*", "debian*")
NEVER = ("*nope*", "*does-not-exist*", "*no-such*", "*.invalid/*", "*:missing")
CATALOGUE = ("nginx", "nginx:1.27", "httpd", "redis", "postgres", "busybox", "alpine", "hello-world", "crash")
_sleep = re.compile(r"^sleep (\d+(?:\.\d+)?)(s|m|h|d)?$")
_units = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a started container does: lines it writes, then it ends after `seconds` (None: never) with `exit_code`."""

    lines: tuple[str, ...] = ()
    seconds: float | None = None
    exit_code: int = 0


def pulls(image: str) -> str:
    """ "" when the image can be pulled, else containerd's message."""
    if not any(fnmatchcase(image, pattern) for pattern in NEVER):
        return ""
    full = image if "/" in image else f"docker.io/library/{image}"
    full = full if ":" in full.rpartition("/")[2] else f"{full}:latest"
    return f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": {full}: not found'


def behaviour(image: str, command: list[str], args: list[str]) -> Behaviour:
    name = image.rpartition("/")[2].partition(":")[0]
    words = [*command, *args]
    if name.startswith("crash"):
        return Behaviour(("starting", "fatal: something went wrong"), 1.0, 1)
    if name in ("hello-world", "exit0"):
        return Behaviour(("Hello from Docker!",), 0.0, 0)
    if words and (command or any(fnmatchcase(image, pattern) for pattern in SHELLS)):
        return run(words)
    if any(fnmatchcase(image, pattern) for pattern in SHELLS):
        return Behaviour((), 0.0, 0)
    if name == "nginx":
        return Behaviour(
            ("/docker-entrypoint.sh: Configuration complete; ready for start up", "nginx: start worker processes")
        )
    return Behaviour((f"{name}: ready to serve",))


def run(words: list[str]) -> Behaviour:
    """A command line: the shell's `;` and `&&`, and sleep, echo, exit, true, false; anything else serves for ever."""
    script = (
        words[2]
        if words[0].rpartition("/")[2] in ("sh", "bash", "ash") and len(words) > 2 and words[1].startswith("-")
        else shlex.join(words)
    )
    if re.search(r"\b(while|for|until)\b", script):
        return Behaviour(tuple(_echoes(script)[:1]))
    lines: list[str] = []
    seconds, code = 0.0, 0
    for part in re.split(r";|&&|\n", script):
        part = part.strip()
        if match := _sleep.match(part):
            seconds += float(match.group(1)) * _units[match.group(2) or "s"]
        elif part in ("sleep infinity", "sleep inf"):
            return Behaviour(tuple(lines))
        elif part.startswith("echo"):
            lines += _echoes(part)
        elif part.startswith("exit"):
            return Behaviour(tuple(lines), seconds, int(part[4:].strip() or code))
        elif part == "false":
            code = 1
            if "&&" in script:
                return Behaviour(tuple(lines), seconds, 1)
        elif part in ("", "true", ":", "date"):
            code = 0
        else:
            return Behaviour(tuple(lines))
    return Behaviour(tuple(lines), seconds, code)


def _echoes(script: str) -> list[str]:
    found = []
    for part in re.findall(r"echo\s+([^;&|>]*)", script):
        try:
            found.append(" ".join(word for word in shlex.split(part) if word != "-n"))
        except ValueError:
            found.append(part.strip())
    return found
