"""diff: exit codes, and what of a Secret may be seen."""

from __future__ import annotations

from typing import Any

from cluster.kubectl.commands import diff
from tests.cluster.kubectl.conftest import Kubectl

POD = "/api/v1/namespaces/default/pods/web"
MANIFEST = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"


def pod(**labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default", "labels": labels}}


async def test_what_is_the_same_is_silent(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[POD] = pod(a="b")
    assert await kubectl("diff", "-f", "-", stdin=MANIFEST) == (0, "", "")


async def test_what_differs_is_told_and_nothing_is_written(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[POD] = lambda request: pod(a="c" if request.verb == "PATCH" else "b")
    code, out, err = await kubectl("diff", "--server-side", "-f", "-", stdin=MANIFEST)
    assert (code, err) == (1, "")
    assert [line for line in out.splitlines() if line[:1] in "+-"][2:] == ["-    a: b", "+    a: c"]
    assert kubectl.answers.sent[-1].query["dryRun"] == "All"


async def test_a_failure_is_no_difference(kubectl: Kubectl) -> None:
    assert (await kubectl("diff", "-f", "nowhere.yaml"))[0] == 2


def test_a_secret_s_values_are_masked() -> None:
    old, new = diff.masked({"data": {"a": "1", "b": "2"}}, {"data": {"a": "1", "b": "3", "c": "4"}})
    assert old == {"data": {"a": "***", "b": "*** (before)"}}
    assert new == {"data": {"a": "***", "b": "*** (after)", "c": "***"}}
