"""What `config` changes lasts as long as the session, and is kept where the session says."""

from __future__ import annotations

from typing import Any

from tests.cluster.kubectl.conftest import Kubectl


async def test_a_namespace_counts_for_the_next_command(kubectl: Kubectl) -> None:
    kubectl.answers.by_path["/api/v1/namespaces/web/pods"] = {"kind": "PodList", "metadata": {}, "items": []}
    told = await kubectl("config", "set-context", "--current", "--namespace=web")
    assert told == (0, 'Context "demo" modified.\n', "")
    await kubectl("get", "pods", "-o", "name")
    assert kubectl.requests() == ["GET /api/v1/namespaces/web/pods"]


async def test_it_is_kept_where_the_session_keeps_it(kubectl: Kubectl) -> None:
    kept: list[dict[str, Any]] = []
    kubectl.session.keep, kubectl.session.config_file = kept.append, "/a/config"
    told = await kubectl("config", "delete-context", "demo")
    assert told[1] == "deleted context demo from /a/config\n"
    assert kept[0]["contexts"] == []
