"""kill -9 under load: revisions stay gapless, no acknowledged write is lost, the loops converge."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.installation import Installation, installation

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("crash")]
ROUNDS = 12
MAPS = "/api/v1/namespaces/default/configmaps"
STEADY = {
    "metadata": {"name": "steady"},
    "spec": {
        "replicas": 4,
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}},
    },
}


def write_until_it_dies(installed: Installation, number: int, acknowledged: dict[str, str]) -> None:
    context = installed.tls()
    for count in range(10_000):
        name = f"kill-{number}-{count}"
        body = json.dumps({"metadata": {"name": name}, "data": {"n": name}}).encode()
        request = urllib.request.Request(f"https://{installed.https}/clusters/demo{MAPS}", body, method="POST")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                acknowledged[name] = json.loads(answer.read())["metadata"]["resourceVersion"]
        except (OSError, ValueError):
            return


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    acknowledged: dict[str, str] = {}
    with installation(tmp_path) as installed:
        installed.kube("/apis/apps/v1/namespaces/default/deployments", "POST", STEADY)
        for number in range(ROUNDS):
            writer = threading.Thread(target=write_until_it_dies, args=(installed, number, acknowledged))
            writer.start()
            time.sleep(0.15 + number % 4 * 0.1)
            installed.kill()
            writer.join()
            installed.start()
        _, found = installed.kube(MAPS)
        versions = {each["metadata"]["name"]: each["metadata"]["resourceVersion"] for each in found["items"]}
        assert len(acknowledged) > ROUNDS
        assert {name: versions.get(name) for name in acknowledged} == acknowledged
        deadline = time.monotonic() + 40
        while True:
            _, steady = installed.kube("/apis/apps/v1/namespaces/default/deployments/steady")
            if steady["status"].get("readyReplicas") == 4:
                break
            assert time.monotonic() < deadline, steady["status"]
            time.sleep(0.2)
        installed.stop()
        with closing(sqlite3.connect(installed.data / "kubelearn.sqlite3")) as database:
            rows = database.execute("SELECT DISTINCT revision FROM cluster_revision ORDER BY revision").fetchall()
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
