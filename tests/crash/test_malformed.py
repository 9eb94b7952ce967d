"""Ten thousand malformed requests: 4xx with a Status, never a 5xx or a hang, nothing written.

Well-formed HTTP with nonsense in it; `test_broken_connections` breaks HTTP and TLS themselves.
"""

from __future__ import annotations

import http.client
import json
import random  # the test's own seed
from pathlib import Path

import pytest

from tests.installation import installation

pytestmark = pytest.mark.crash
COUNT = 10_000
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PATHS = (
    PODS,
    f"{PODS}/x",
    DEPLOYMENTS,
    "/api/v1/nodes/../../x",
    f"{PODS}/%00",
    "/apis//v1/pods",
    "/api/v9/pods",
    f"{PODS}/x/nope",
    "/nope",
    f"{PODS}/x/status",
    f"{PODS}/x/binding",
    f"{PODS}/%ff%fe",
    f"{PODS}/..%2f..%2fnodes",
    f"{PODS}/{'x' * 5000}",
    "/api/v1/namespaces/%2e%2e/pods",
    f"{PODS}?fieldManager=%ff",
    f"{PODS}?dryRun=Some",
    f"{PODS}?fieldValidation=Perhaps",
    f"{DEPLOYMENTS}/x/scale",
)
BODIES = (
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b'{"metadata": 5}',
    b'{"metadata": {"name": 5}}',
    b'{"kind": "Node", "apiVersion": "v1"}',
    b'{"metadata": {"name": "x"}, "spec": {"containers": "none"}}',
    b'{"metadata": {"name": "x"}, "spec": {"containers": [5]}}',
    b'{"spec": {"replicas": "three"}}',
    b"k8s\x00\x0a\xff",
    b'[{"op": "nope"}]',
    b"a: [",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"metadata": {"name": "\xff\xfe"}}',
    b'{"metadata": {"name": "x", "name": 5}}',
    b'{"metadata": {"name": "x", "labels": {"a": {"b": "c"}}}}',
    b'{"metadata": {"name": "x", "ownerReferences": [5]}, "spec": null}',
    b'{"metadata": {"name": "x"}, "spec": {"replicas": 1e400}}',
    b'{"metadata": {"name": "x"}, "spec": {"replicas": 123456789012345678901234567890}}',
    b"k8s\x00" + bytes(range(256)) * 20,
    b"k8s\x00\x0a\x09\x0a\x02v1\x12\x03Pod\x12\xff\xff\xff\xff\x0f",
    b'[{"op": "add", "path": "/a/b/c/d", "value": 1}, {"op": "move", "from": "/x", "path": "/x/y"}]',
    b'{"$patch": "nonsense", "$setElementOrder/containers": 5}',
    b"&a [*a, *a]",
    b"!!python/object:os.system {}",
)
JSON, PATCH = "application/json", "application/strategic-merge-patch+json"
TYPES = (
    JSON,
    PATCH,
    "application/json-patch+json",
    "application/vnd.kubernetes.protobuf",
    "application/yaml",
    "text/plain",
    "nonsense",
    "application/apply-patch+yaml",
    "application/merge-patch+json",
    "application/json; charset=utf-99",
    "application/cbor",
    "",
)
METHODS = ("POST", "PUT", "PATCH", "BREW", "DELETE", "TRACE")


def test_every_malformed_request_is_refused_with_a_status(tmp_path: Path) -> None:
    chance = random.Random(11)
    with installation(tmp_path) as installed:
        connection = http.client.HTTPSConnection(installed.https, timeout=20, context=installed.tls())
        before = installed.kube(PODS)[1]["items"]
        for number in range(COUNT):
            method, path, body = chance.choice(METHODS), chance.choice(PATHS), chance.choice(BODIES)
            if method == "DELETE" and path in (PODS, DEPLOYMENTS):
                path = f"{PODS}/x"
            if method == "DELETE" and path.startswith((f"{PODS}?", f"{DEPLOYMENTS}?")):
                method = "PUT"
            headers = {"Content-Type": chance.choice(TYPES)}
            if chance.random() < 0.05:
                headers["Accept"] = "application/nonsense"
            if number % 1000 == 500:
                body = b'{"a": "' + b"x" * (4 * 1024 * 1024) + b'"}'
            connection.request(method, f"/clusters/demo{path}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            what = (method, path, body[:60], headers, answer.status, text[:300])
            assert 400 <= answer.status < 500, what
            assert json.loads(text)["kind"] == "Status", what
        connection.close()
        assert installed.kube(PODS)[1]["items"] == before
