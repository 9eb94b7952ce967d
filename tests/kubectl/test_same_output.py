"""The real kubectl and ours print the same: stdout, stderr and exit code of each command line, against one cluster."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.kubectl import process
from cluster.kubectl.commands import version
from tests.installation import Installation, installation
from tests.kubectl import command_lines
from tests.kubectl.test_first_pod import ready_nodes, until

pytestmark = pytest.mark.kubectl

Printed = tuple[int, str, str]
NAMESPACE = "twin"
DESCRIBED = Path(__file__).parent / "described.yaml"
"""Objects of the kinds that describe has a form of its own for, in the namespace "shown"."""
TRIES = 6
CLIENT = re.compile(r"(?m)^Client Version: v1\.37\.\d+$")
OUR_CLIENT = f"Client Version: {version.CLIENT['gitVersion']}"
"""Any patch release of 1.37 will do."""
NODES = {"ours": "worker-1", "real": "worker-2"}
LETTERS = "bcdfghjklmnpqrstvwxz2456789"
LEVELLED = [
    (re.compile(pattern), level)
    for pattern, level in (
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uid>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>"),
        (r"(resourceVersion\"?: \")\d+", r"\1<version>"),
        (r"/tmp/(LIVE|MERGED)-\d+", r"/tmp/\1"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} \+0000", "<time>"),
        (r"\b10\.\d+\.\d+\.\d+", "<ip>"),
        (rf"-[{LETTERS}]{{8,10}}(-[{LETTERS}]{{5}})?\b", "-<hash>"),
    )
]


class Twins:
    """An installation that both kubectls talk to."""

    def __init__(self, installed: Installation, kubectl_path: str) -> None:
        self.installed, self.path = installed, kubectl_path
        self.environment = {**os.environ, "KUBECONFIG": str(installed.kubeconfig)}

    def real(self, line: str, namespace: str = NAMESPACE) -> Printed:
        arguments, stdin = split(line, namespace)
        done = self.installed.kubectl(self.path, *arguments, stdin=stdin)
        return done.returncode, CLIENT.sub(OUR_CLIENT, done.stdout), done.stderr

    def ours(self, line: str, namespace: str = NAMESPACE) -> Printed:
        arguments, stdin = split(line, namespace)
        out: list[str] = []
        err: list[str] = []
        code = asyncio.run(process.run(arguments, self.environment, lambda: stdin, out.append, err.append))
        return code, "".join(out), "".join(err)


def split(line: str, namespace: str) -> tuple[list[str], str]:
    """The line's arguments, in a namespace unless they name one, and its standard input."""
    line = line.replace("NAMESPACE", namespace).replace("NODE", NODES.get(namespace[:4], ""))
    words, _, stdin = line.partition(" <<< ")
    arguments = shlex.split(words)
    if "-n" not in arguments:
        end = arguments.index("--") if "--" in arguments else len(arguments)
        arguments[end:end] = ["-n", namespace]
    return arguments, stdin.replace("\\n", "\n")


def level(printed: Printed, namespace: str) -> Printed:
    texts = []
    for text in printed[1:]:
        text = text.replace(namespace, "<namespace>").replace(NODES[namespace[:4]], "<node>")
        for pattern, levelled in LEVELLED:
            text = pattern.sub(levelled, text)
        texts.append(text)
    return printed[0], texts[0], texts[1]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, kubectl_path: str) -> Iterator[Twins]:
    with installation(tmp_path_factory.mktemp("twins")) as installed:
        until(lambda: ready_nodes(installed) == 4)
        found = Twins(installed, kubectl_path)
        assert installed.kubectl(kubectl_path, "create", "namespace", NAMESPACE).returncode == 0
        assert installed.kubectl(kubectl_path, "create", "namespace", "shown").returncode == 0
        assert installed.kubectl(kubectl_path, "apply", "-n", "shown", "-f", str(DESCRIBED)).returncode == 0
        for line in command_lines.lines(command_lines.PREPARED):
            done = found.real(line)
            assert done[0] == 0, (line, done)
        yield found


@pytest.mark.parametrize("line", command_lines.lines(command_lines.READING))
def test_reading_prints_the_same_to_the_letter(twins: Twins, line: str) -> None:
    for _ in range(TRIES):  # an age may tick, a node's heart may beat between the two
        real, ours = twins.real(line), twins.ours(line)
        if real == ours:
            break
    assert ours == real


@pytest.mark.parametrize("name", command_lines.SCRIPTS)
def test_writing_prints_the_same_and_does_the_same(twins: Twins, name: str) -> None:
    own, other = f"ours-{name}", f"real-{name}"
    for namespace in (own, other):
        assert twins.installed.kubectl(twins.path, "create", "namespace", namespace).returncode == 0
    for line in command_lines.lines(command_lines.SCRIPTS[name]):
        real, ours = level(twins.real(line, other), other), level(twins.ours(line, own), own)
        assert ours == real, line


def test_config_prints_the_same_and_writes_the_same_file(twins: Twins, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("ours", "real")}
    for folder in folders.values():
        folder.mkdir()
        shutil.copy(twins.installed.kubeconfig, folder / "config")
    for line in command_lines.lines(command_lines.CONFIGURATION):
        arguments = shlex.split(line)
        out: list[str] = []
        err: list[str] = []
        environment = {**os.environ, "KUBECONFIG": str(folders["ours"] / "config")}
        code = asyncio.run(process.run(arguments, environment, str, out.append, err.append))
        ours = [str(code), "".join(out), "".join(err), (folders["ours"] / "config").read_text()]
        done = subprocess.run(
            [twins.path, *arguments],
            env={**os.environ, "KUBECONFIG": str(folders["real"] / "config")},
            capture_output=True,
            text=True,
            check=False,
        )
        real = [str(done.returncode), done.stdout, done.stderr, (folders["real"] / "config").read_text()]
        assert [text.replace("/ours/", "/real/") for text in ours] == real, line
