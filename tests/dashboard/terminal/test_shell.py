"""Pipelines: what one program writes the next is fed, kubectl among them."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.terminal import completing
from dashboard.terminal.shell import MISUSED, Shell
from tests.cluster.kubectl.conftest import Kubectl, kubectl

__all__ = ["kubectl"]
PODS = "/api/v1/namespaces/default/pods"


def listed(*names: str) -> dict[str, Any]:
    items = [{"metadata": {"name": name, "namespace": "default"}} for name in names]
    return {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items}


class Terminal:
    def __init__(self, kubectl: Kubectl) -> None:
        self.kubectl = kubectl
        kubectl.answers.by_path[PODS] = listed("web-1", "web-2", "db-1")

    async def __call__(self, typed: str) -> tuple[int, str, str]:
        out: list[str] = []
        err: list[str] = []
        code = await Shell(self.kubectl.session).run(typed, out.append, err.append)
        return code, "".join(out), "".join(err)


@pytest.fixture
def terminal(kubectl: Kubectl) -> Terminal:
    return Terminal(kubectl)


async def test_kubectl_is_piped_through_filters(terminal: Terminal) -> None:
    assert await terminal("kubectl get pods -o name | grep web | wc -l") == (0, "2\n", "")
    assert await terminal("k get pods -o name | grep nothing") == (1, "", "")
    assert await terminal("kubectl get pods -o json | jp 'items[0].metadata.name'") == (0, '"web-1"\n', "")


async def test_head_ends_what_is_before_it(terminal: Terminal) -> None:
    assert await terminal("kubectl get pods -o name | head -1") == (0, "pod/web-1\n", "")


async def test_kubectl_is_fed_a_text_and_another_programs_output(terminal: Terminal, kubectl: Kubectl) -> None:
    made = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "solo", "namespace": "default"}}
    kubectl.answers.by_path[PODS] = made
    text = "kind: Pod\napiVersion: v1\nmetadata: {name: solo}\n"
    assert (await terminal(f"kubectl create --validate=false -f - <<EOF\n{text}EOF"))[:2] == (0, "pod/solo created\n")
    typed = "echo '{kind: Pod, apiVersion: v1, metadata: {name: solo}}' | kubectl create --validate=false -f -"
    assert (await terminal(typed))[:2] == (0, "pod/solo created\n")
    assert (await terminal(f"cat <<EOF | kubectl create --validate=false -f -\n{text}EOF"))[:2] == (
        0,
        "pod/solo created\n",
    )


async def test_lines_run_in_order_and_after_and_and_only_on_success(terminal: Terminal) -> None:
    assert (await terminal("echo a; echo b\necho c"))[1] == "a\nb\nc\n"
    assert (await terminal("echo a | grep b && echo c; echo d"))[1] == "d\n"


async def test_there_are_no_files_and_no_other_programs(terminal: Terminal) -> None:
    code, out, err = await terminal("kubectl create -f /etc/passwd")
    assert (code, out) == (1, "")
    assert 'the path "/etc/passwd" does not exist' in err
    assert (await terminal("rm -rf /"))[0] == MISUSED
    assert "not found" in (await terminal("rm -rf /"))[2]
    assert "no files" in (await terminal("echo a > b"))[2]
    assert "kubectl" in (await terminal("help"))[1]


@pytest.mark.parametrize(
    ("typed", "part", "offered"),
    [
        ("kub", "kub", ["kubectl"]),
        ("kubectl get pods | gr", "gr", ["grep"]),
        ("kubectl get po", "po", ["pods"]),
        ("kubectl get pods we", "we", ["web-1", "web-2"]),
        ("kubectl get pod/d", "pod/d", ["pod/db-1"]),
        ("kubectl logs web", "web", ["web-1", "web-2"]),
        ("kubectl get pods -o ya", "ya", ["yaml"]),
        ("kubectl get pods --output=ya", "ya", ["yaml"]),
        ("kubectl rollout st", "st", ["status"]),
        ("kubectl drain --ignore-d", "--ignore-d", ["--ignore-daemonsets"]),
        ("kubectl get nothings x", "x", []),
        ("kubectl get pods | grep w", "w", []),
        ("", "", None),
    ],
)
async def test_a_line_is_completed(terminal: Terminal, typed: str, part: str, offered: list[str] | None) -> None:
    found = await completing.offer(typed, terminal.kubectl.session)
    assert found[0] == part
    assert found[1] == offered if offered is not None else "kubectl" in found[1]
