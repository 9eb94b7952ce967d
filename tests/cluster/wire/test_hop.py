"""Hops: the object that one speaks of is read from its path and its body."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.wire.hop import NOBODY, Hop, Subject, subject_of_path
from cluster.wire.message import NOTHING, Payload

from .conftest import PODS


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/api/v1/pods", Subject("pods", "", "")),
        (PODS, Subject("pods", "default", "")),
        (f"{PODS}/web", Subject("pods", "default", "web")),
        (f"{PODS}/web/status", Subject("pods", "default", "web", "", "status")),
        ("/apis/apps/v1/namespaces/x/deployments/web/scale", Subject("deployments", "x", "web", "", "scale")),
        ("/api/v1/nodes/worker-1/status", Subject("nodes", "", "worker-1", "", "status")),
        ("/api/v1/namespaces/x", Subject("namespaces", "", "x")),
        ("/api/v1/namespaces/x/status", Subject("namespaces", "", "x", "", "status")),
        ("/api/v1/namespaces/x/finalize", Subject("namespaces", "", "x", "", "finalize")),
        ("/registry/pods/default/web", Subject("pods", "default", "web")),
        ("/registry/minions/worker-1", Subject("minions", "", "worker-1")),
        ("/registry/example.com/widgets/x/y", Subject("widgets", "x", "y")),
        ("/runtime.v1.RuntimeService/RunPodSandbox", Subject("pods", "", "")),
        ("/healthz", NOBODY),
        ("/", NOBODY),
        ("", NOBODY),
        ("/api", Subject("", "", "")),
    ],
)
def test_a_path_names_a_subject(path: str, subject: Subject) -> None:
    assert subject_of_path(path) == subject


@pytest.mark.parametrize(
    ("request_body", "response_body", "name", "uid"),
    [
        ({"metadata": {"name": "web"}}, {"metadata": {"name": "web-abc", "uid": "u"}}, "web-abc", "u"),
        ({"metadata": {"name": "web"}}, {"kind": "Status", "metadata": {}}, "web", ""),
        ({"type": "ADDED", "object": {"metadata": {"name": "web", "uid": "u"}}}, None, "web", "u"),
        ({"config": {"metadata": {"name": "web", "uid": "u", "namespace": "x"}}}, None, "web", "u"),
        ([1, 2], "text", "", ""),
        (None, None, "", ""),
    ],
)
def test_a_body_completes_the_subject(request_body: Any, response_body: Any, name: str, uid: str) -> None:
    hop = Hop("test", 1, 0.0, "a", "b", "POST", PODS)
    hop.request = Payload(object=request_body)
    hop.response = Payload(object=response_body)
    assert (hop.subject.name, hop.subject.uid, hop.subject.namespace) == (name, uid, "default")


def test_a_body_that_is_not_json_does_not_matter() -> None:
    hop = Hop("test", 1, 0.0, "a", "b", "POST", f"{PODS}/web")
    hop.request = Payload(raw=b"\x00k8s")
    assert hop.subject == Subject("pods", "default", "web")


def test_a_payload_is_made_once_in_each_form() -> None:
    payload = Payload(raw=b'{"a": 1}')
    assert payload.object == {"a": 1}
    assert payload.object is payload.object
    other = Payload(object={"a": b"x"})
    assert other.raw == b'{"a":"x"}'
    assert other.raw is other.raw
    assert (bool(NOTHING), NOTHING.raw, NOTHING.object) == (False, b"", None)
    with pytest.raises(ValueError, match="unexpected"):
        _ = Payload(raw=b"{").object
