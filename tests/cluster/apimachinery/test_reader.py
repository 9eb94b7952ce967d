"""The quick reading of well-formed objects says what the slow one says, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import reader, schema

POD, DEPLOYMENT, EVENT = "io.k8s.api.core.v1.Pod", "io.k8s.api.apps.v1.Deployment", "io.k8s.api.core.v1.Event"
CONTAINER = {
    "name": "c",
    "image": "nginx",
    "ports": [{"containerPort": 80, "protocol": "TCP"}],
    "resources": {"limits": {"cpu": "1000m"}, "requests": None},
    "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
    "env": [{"name": "A", "value": "b"}],
}
POD_OBJECT = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"a": "b"}, "creationTimestamp": "2026-11-23T17:36:16Z", "uid": None},
    "spec": {"containers": [CONTAINER], "nodeSelector": {"x": "y"}, "hostNetwork": False},
}


def both(obj: Any, name: str) -> tuple[Any, Any]:
    unknown: list[str] = []
    return reader.read(obj, schema.type_of(name)), schema.decode(obj, schema.type_of(name), unknown)


@pytest.mark.parametrize(
    ("obj", "name"),
    [
        (POD_OBJECT, POD),
        ({"metadata": {"name": "web"}, "spec": {"replicas": 3, "template": POD_OBJECT["spec"] and {}}}, DEPLOYMENT),
        ({"metadata": {}, "involvedObject": {"kind": "Pod"}, "count": 1, "firstTimestamp": None}, EVENT),
        ({}, POD),
        (
            {"metadata": {"annotations": {}, "ownerReferences": []}, "spec": {"tolerations": [], "nodeSelector": {}}},
            POD,
        ),
        ({"status": {"conditions": [{"type": "Ready", "lastProbeTime": None}, {"type": "X"}]}}, POD),
    ],
)
def test_it_reads_as_the_slow_walk_does(obj: Any, name: str) -> None:
    quick, slow = both(obj, name)
    assert quick == slow
    assert list(quick) == list(slow)


def test_what_is_read_is_a_copy() -> None:
    quick, _ = both(POD_OBJECT, POD)
    quick["spec"]["containers"][0]["env"].append(1)
    quick["metadata"]["labels"]["a"] = "c"
    assert len(CONTAINER["env"]) == 1
    assert POD_OBJECT["metadata"]["labels"] == {"a": "b"}  # type: ignore[index]  # a dict, as written above


@pytest.mark.parametrize(
    "obj",
    [
        [],
        "web",
        {"zone": 1},
        {"zone": None},
        {"spec": []},
        {"spec": {"tolerations": {}}},
        {"metadata": {"labels": []}},
        {"spec": {"priority": "x"}},
        {"spec": {"priority": 2**31}},
        {"spec": {"priority": 1.0}},
        {"spec": {"containers": [None]}},
        {"spec": {"hostNetwork": "no"}},
        {"metadata": {"labels": {"a": 1}}},
        {"metadata": {"labels": {"a": None}}},
        {"metadata": {"name": 1}},
        {"metadata": {"creationTimestamp": "noon"}},
        {"metadata": {"creationTimestamp": ""}},
        {"spec": {"containers": [{"resources": {"limits": {"cpu": "lots"}}}]}},
        {"spec": {"containers": [{"resources": {"limits": {"cpu": 1}}}]}},
        {"spec": {"containers": [{"livenessProbe": {"tcpSocket": {"port": 2**31}}}]}},
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_slow_walk(obj: Any) -> None:
    with pytest.raises(reader.Odd):
        reader.read(obj, schema.type_of(POD))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-11-23T17:36:16Z", "2026-11-23T17:36:16Z"),
        ("2026-11-23T17:36:16+00:00", "2026-11-23T17:36:16Z"),
        ("2026-11-23T19:36:16.75+02:00", "2026-11-23T17:36:16Z"),
    ],
)
def test_a_time_is_kept_in_utc_and_whole_seconds(sent: str, kept: str) -> None:
    for found in both({"metadata": {"creationTimestamp": sent}}, POD):
        assert found["metadata"]["creationTimestamp"] == kept


def test_a_micro_time_keeps_its_microseconds() -> None:
    for found in both({"metadata": {}, "eventTime": "2026-11-23T19:36:16.25+02:00"}, EVENT):
        assert found["eventTime"] == "2026-11-23T17:36:16.250000Z"
