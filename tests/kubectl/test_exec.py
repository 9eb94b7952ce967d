"""The real kubectl runs commands in containers, over WebSockets."""

from __future__ import annotations

import os
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest

from tests.installation import Installation, free_port, installation

pytestmark = pytest.mark.kubectl


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("exec")) as installed:
        assert kubectl(installed, "run", "web", "--image=nginx:1.27").returncode == 0
        assert kubectl(installed, "wait", "--for=condition=Ready", "pod/web", "--timeout=30s").returncode == 0
        yield installed


SPDY = {"KUBECTL_REMOTE_COMMAND_WEBSOCKETS": "false", "KUBECTL_PORT_FORWARD_WEBSOCKETS": "false"}
"""With these kubectl asks as it did before WebSockets."""


def kubectl(installed: Installation, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KUBECONFIG": str(installed.kubeconfig), **more}
    return subprocess.run(
        ["kubectl", *arguments], env=environment, input=typed, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_command_s_output_and_exit_code_come_back(running: Installation) -> None:
    assert kubectl(running, "exec", "web", "--", "echo", "hi").stdout == "hi\n"
    failed = kubectl(running, "exec", "web", "--", "sh", "-c", "exit 3")
    assert (failed.returncode, failed.stderr) == (3, "command terminated with exit code 3\n")


def test_a_shell_takes_lines_from_standard_input(running: Installation) -> None:
    done = kubectl(running, "exec", "-i", "web", "--", "sh", typed="echo one\necho two\nexit\n")
    assert (done.returncode, done.stdout) == (0, "one\ntwo\n")


def test_a_pod_is_run_watched_and_taken_away(running: Installation) -> None:
    done = kubectl(
        running,
        "run",
        "one",
        "-i",
        "--rm",
        "--restart=Never",
        "--image=busybox",
        "--",
        "sh",
        "-c",
        "sleep 2; echo done",
    )
    assert "done\n" in done.stdout
    assert kubectl(running, "get", "pod", "one").returncode == 1


def test_standard_input_goes_to_the_command(running: Installation) -> None:
    for how in ({}, SPDY):
        done = kubectl(running, "exec", "-i", "web", "--", "cat", typed="one\ntwo", **how)
        assert (done.returncode, done.stdout) == (0, "one\ntwo")


def test_old_clients_ask_by_spdy(running: Installation) -> None:
    assert kubectl(running, "exec", "web", "--", "echo", "hi", **SPDY).stdout == "hi\n"
    failed = kubectl(running, "exec", "web", "--", "sh", "-c", "exit 3", **SPDY)
    assert (failed.returncode, failed.stderr) == (3, "command terminated with exit code 3\n")
    done = kubectl(running, "exec", "-i", "web", "--", "sh", typed="echo one\necho two\nexit\n", **SPDY)
    assert (done.returncode, done.stdout) == (0, "one\ntwo\n")
    refused = kubectl(running, "exec", "nobody", "--", "ls", **SPDY)
    assert (refused.returncode, refused.stderr) == (1, 'Error from server (NotFound): pods "nobody" not found\n')
    refused = kubectl(running, "exec", "web", "-c", "nope", "--", "ls", **SPDY)
    assert "container nope" in refused.stderr


@pytest.mark.parametrize("how", [{}, SPDY])
def test_a_local_port_leads_to_a_pod_s(running: Installation, how: dict[str, str]) -> None:
    local = free_port()
    environment = {**os.environ, "KUBECONFIG": str(running.kubeconfig), **how}
    command = ["kubectl", "port-forward", "pod/web", f"{local}:80", "--address", "127.0.0.1"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as forwarding:
        assert forwarding.stdout is not None
        assert forwarding.stdout.readline() == f"Forwarding from 127.0.0.1:{local} -> 80\n"
        for _ in range(2):
            with urllib.request.urlopen(f"http://127.0.0.1:{local}/hello", timeout=10) as answer:
                assert answer.read() == b"web answers GET /hello\n"
        forwarding.terminate()
