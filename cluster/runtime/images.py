"""How simulated images behave: serve, run a command, end, crash, never pull, start slowly, fall ill, ignore SIGTERM.

Data, with a name's first match winning. An image that no pattern names serves for ever on every port, as most images of
a course do; a command line is read by `script`.
"""

from __future__ import annotations

import functools
import shlex
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from cluster.apis.core import image_reference
from cluster.runtime import script
from cluster.runtime.script import Behaviour, at_start

SHELLS = ("busybox*", "alpine*", "*/busybox*", "*/alpine*", "ubuntu*", "debian*")
NEVER = ("*nope*", "*does-not-exist*", "*no-such*", "*.invalid/*", "*:missing")
CATALOGUE = ("nginx", "nginx:1.27", "httpd", "redis", "postgres", "busybox", "alpine", "hello-world", "crash")
SERVES = Behaviour(listens=True)
PROGRAMS: dict[str, Behaviour] = {
    "crash*": Behaviour(at_start("starting", "fatal: something went wrong"), 1.0, 1),
    "hello-world": Behaviour(at_start("Hello from Docker!"), 0.0, 0),
    "exit0": Behaviour(at_start("Hello from Docker!"), 0.0, 0),
    "oom*": Behaviour(at_start("allocating memory"), 2.0, 137, end_reason="OOMKilled"),
    "slow-start*": replace(SERVES, lines=at_start("warming up"), healthy_after=20.0),
    "unhealthy*": replace(SERVES, lines=at_start("ready to serve"), healthy_until=30.0),
    "never-ready*": replace(SERVES, lines=at_start("waiting for a database"), healthy_after=float("inf")),
    "stubborn*": replace(SERVES, lines=at_start("I do not listen to SIGTERM"), stop_seconds=None),
    "slow-stop*": replace(SERVES, lines=at_start("ready to serve"), stop_seconds=5.0),
    "nginx": replace(
        SERVES,
        lines=at_start(
            "/docker-entrypoint.sh: Configuration complete; ready for start up", "nginx: start worker processes"
        ),
    ),
}
"""Image name → what its own program does."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image that was pulled."""

    name: str
    id: str
    size_bytes: int


def pulls(image: str, unpullable: Collection[str] = ()) -> str:
    """ "" when the image can be pulled, else containerd's message. `unpullable` names more that cannot."""
    full = image_reference.full_name(image)
    if not any(fnmatchcase(image, pattern) for pattern in NEVER) and not any(_names(each, full) for each in unpullable):
        return ""
    return f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": {full}: not found'


def _names(name: str, full: str) -> bool:
    """Does a name mean that image? One without tag and digest means every tag."""
    wanted = image_reference.full_name(name)
    bare = ":" not in name.rpartition("/")[2] and "@" not in name
    return full == wanted or (bare and full.rpartition(":")[0] == wanted.rpartition(":")[0])


def pulled(image: str) -> Image:
    """What a pull brings; its size is drawn from its name."""
    full = image_reference.full_name(image)
    number = zlib.crc32(full.encode())
    return Image(full, f"sha256:{number:064x}", 4_000_000 + number % 120_000_000)


@functools.lru_cache(maxsize=1024)
def behaviour(image: str, command: tuple[str, ...], args: tuple[str, ...]) -> Behaviour:
    """What a container of an image does when it is started with a command line (() for the image's own).

    One that runs and would write nothing writes what it runs, so that its log shows something.
    """
    found = _behaviour(image, command, args)
    if found.lines or found.loop or found.seconds == 0:
        return found
    return replace(found, lines=at_start(f"(simulated) {shlex.join((*command, *args)) or image}"))


def _behaviour(image: str, command: tuple[str, ...], args: tuple[str, ...]) -> Behaviour:
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    words = [*command, *args]
    is_shell = any(fnmatchcase(image, pattern) for pattern in SHELLS)
    own = next((found for pattern, found in PROGRAMS.items() if fnmatchcase(name, pattern)), None)
    if own is not None and (not command or command[0].rpartition("/")[2] == name):
        return own
    if words and (command or is_shell):
        return script.run(words)
    if is_shell:
        return Behaviour((), 0.0, 0)
    if name == "agnhost" and words[:1] == ["liveness"]:
        return replace(SERVES, lines=at_start("liveness: serving"), healthy_until=10.0)
    return replace(SERVES, lines=at_start(f"{name}: ready to serve"))
