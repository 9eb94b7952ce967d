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
    if found.lines or found.script or found.seconds == 0:
        return found
    return replace(found, lines=at_start(f"(simulated) {shlex.join((*command, *args)) or image}"))


def is_shell(image: str) -> bool:
    """An image whose programs are known: busybox's, or a distribution's."""
    return any(fnmatchcase(image, pattern) for pattern in SHELLS)


BASE_FILES = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "/etc/group": "root:x:0:\nnobody:x:65534:\n",
    "/etc/os-release": 'NAME="simulated"\nID=simulated\n',
    **dict.fromkeys(("/tmp/.keep", "/root/.keep", "/var/log/.keep", "/home/.keep", "/opt/.keep", "/mnt/.keep", "/usr/bin/.keep", "/bin/.keep"), ""),
    **dict.fromkeys(("/dev/null", "/proc/uptime", "/srv/.keep", "/run/.keep"), ""),
}  # fmt: skip
PAGE = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n"
OWN_FILES: dict[str, dict[str, str]] = {
    "nginx": {
        "/usr/share/nginx/html/index.html": PAGE,
        "/etc/nginx/nginx.conf": "worker_processes  auto;\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n",
        "/etc/nginx/conf.d/default.conf": "server {\n    listen 80;\n    root /usr/share/nginx/html;\n}\n",
        "/var/log/nginx/access.log": "",
    },
    "httpd": {"/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n"},
}
"""Image name → the files that it brings beside those of every image."""


@functools.lru_cache(maxsize=64)
def files(image: str) -> dict[str, str]:
    """Absolute path → text; shared, never changed."""
    own = OWN_FILES.get(_bare(image))
    return BASE_FILES | own if own else BASE_FILES


def _bare(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[0].partition("@")[0]


def _behaviour(image: str, command: tuple[str, ...], args: tuple[str, ...]) -> Behaviour:
    name = _bare(image)
    words = [*command, *args]
    own = next((found for pattern, found in PROGRAMS.items() if fnmatchcase(name, pattern)), None)
    if own is not None and (not command or command[0].rpartition("/")[2] == name):
        return own
    if words and (command or is_shell(image)):
        return script.read(words)
    if is_shell(image):
        return Behaviour((), 0.0, 0)
    if name == "agnhost" and words[:1] == ["liveness"]:
        return replace(SERVES, lines=at_start("liveness: serving"), healthy_until=10.0)
    return replace(SERVES, lines=at_start(f"{name}: ready to serve"))
