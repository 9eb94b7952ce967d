"""kill -9 under load, a hundred times: no revision is missing, no promise is broken, watches resume, loops converge.

Three writers and two watchers, each a process of its own over HTTPS, go on through all crashes (`client`); deployments
come, are scaled and go; etcd compacts meanwhile. The moments are drawn at random, some within a start.
"""

from __future__ import annotations

import json
import os
import random  # the campaign's own seed
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.installation import ROOT, Installation, installation

pytestmark = pytest.mark.crash
ROUNDS = int(os.environ.get("KUBELEARN_KILLS", "100"))
WRITERS, WATCHERS = ("w1", "w2", "w3"), ("v1", "v2")
KEEP_REVISIONS = "3000"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
MAPS = "/registry/configmaps/default/"
APPLY = "application/apply-patch+yaml"
LOG = (
    "SELECT revision, sub, key, version, value IS NULL FROM cluster_revision WHERE keyspace = 'demo' AND revision > ?"
    " ORDER BY revision, sub"
)
NOT_THE_NEWEST = (
    "SELECT count(*) FROM cluster_currentkey c LEFT JOIN cluster_revision r ON r.keyspace = c.keyspace AND r.key = c.key"
    " AND r.revision = c.mod_revision WHERE c.keyspace = 'demo' AND (r.id IS NULL OR r.value != c.value"
    " OR EXISTS (SELECT 1 FROM cluster_revision n WHERE n.keyspace = c.keyspace AND n.key = c.key AND"
    " n.revision > c.mod_revision))"
)
Row = tuple[int, int, str, int, int]


class Ledger:
    """The log of revisions as the database held it after each crash, read before compaction takes it."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.rows: list[Row] = []

    def read_on(self) -> None:
        """Take what is new; no revision may be missing and no key may differ from its newest revision."""
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            connection.execute("BEGIN")
            revision, compacted = connection.execute(
                "SELECT revision, compacted FROM cluster_keyspace WHERE name = 'demo'"
            ).fetchone()
            known = self.rows[-1][0] if self.rows else 0
            assert compacted <= known + 1, "the ledger was overtaken: more revisions a round than are kept"
            new = connection.execute(LOG, (known,)).fetchall()
            wrong = connection.execute(NOT_THE_NEWEST).fetchone()[0]
        assert sorted({row[0] for row in new}) == list(range(known + 1, revision + 1)), "a revision is missing"
        assert wrong == 0, "a key's row is not its newest revision"
        self.rows += new

    def told(self, since: int) -> list[list[Any]]:
        """What a watcher of the config maps has to have been told after a revision."""
        return [
            ["DELETED" if gone else "ADDED" if version == 1 else "MODIFIED", key.removeprefix(MAPS), revision]
            for revision, _, key, version, gone in self.rows
            if revision > since and key.startswith(MAPS)
        ]


@contextmanager
def clients(installed: Installation, folder: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    started = {}
    try:
        for name in (*WRITERS, *WATCHERS):
            role = "write" if name in WRITERS else "watch"
            arguments = [role, str(installed.data), installed.https, name, str(folder / name)]
            with (folder / f"{name}.log").open("wb") as log:
                command = [sys.executable, "-m", "tests.crash.client", *arguments]
                started[name] = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        yield started
    finally:
        for process in started.values():
            process.kill()
            process.wait()


def account(folder: Path, name: str) -> list[list[Any]]:
    """The whole lines of a client's account."""
    text = (folder / name).read_text() if (folder / name).exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def end(folder: Path, name: str, process: subprocess.Popen[bytes]) -> None:
    (folder / f"{name}.stop").touch()
    assert process.wait(40) == 0, (folder / f"{name}.log").read_text()


def deployment(name: str, replicas: int) -> dict[str, Any]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def disturb(installed: Installation, number: int, chance: random.Random) -> None:
    """Scale what is steady; make a short-lived deployment and delete the one before."""
    try:
        scale = {"spec": {"replicas": chance.randint(1, 5)}}
        installed.kube(f"{DEPLOYMENTS}/steady", "PATCH", scale, content_type="application/merge-patch+json")
        installed.kube(DEPLOYMENTS, "POST", deployment(f"short-{number}", 2))
        installed.kube(f"{DEPLOYMENTS}/short-{number - 5}", "DELETE")
    except (OSError, ValueError) as error:
        raise AssertionError(f"the server did not answer in round {number}: {error}") from error


def crash(installed: Installation, number: int, chance: random.Random) -> None:
    """Kill it within the next second, every tenth time within its start; then start it whole."""
    if number % 10 == 9:
        installed.kill()
        installed.spawn()
        time.sleep(chance.uniform(0.3, 1.5))
    else:
        time.sleep(chance.uniform(0.0, 0.6))
    installed.kill()
    installed.start()


def owners_missing(installed: Installation) -> list[str]:
    """Pods and replica sets whose owner is gone."""
    uids, owned = set(), []
    for path in (DEPLOYMENTS, DEPLOYMENTS.replace("deployments", "replicasets"), "/api/v1/namespaces/default/pods"):
        for each in installed.kube(path)[1]["items"]:
            uids.add(each["metadata"]["uid"])
            owned += [(each["metadata"]["name"], o["uid"]) for o in each["metadata"].get("ownerReferences", ())]
    return [name for name, uid in owned if uid not in uids]


def unsettled(installed: Installation) -> Any:
    """What is not as its deployments want it, empty when all is."""
    missing = owners_missing(installed)
    wanted = {each["metadata"]["name"]: each["spec"]["replicas"] for each in installed.kube(DEPLOYMENTS)[1]["items"]}
    pods = installed.kube("/api/v1/namespaces/default/pods")[1]["items"]
    running = Counter(
        each["metadata"]["labels"]["app"]
        for each in pods
        if each["status"].get("phase") == "Running" and "deletionTimestamp" not in each["metadata"]
    )
    wrong = {name: (count, running[name]) for name, count in wanted.items() if running[name] != count}
    return missing or wrong or (len(pods) - sum(wanted.values()))


def test_a_hundred_crashes_under_load(tmp_path: Path) -> None:
    chance = random.Random(4)
    with installation(tmp_path, KUBELEARN_KEEP_REVISIONS=KEEP_REVISIONS) as installed:
        installed.kube(DEPLOYMENTS, "POST", deployment("steady", 4))
        ledger = Ledger(installed.data / "kubelearn.sqlite3")
        with clients(installed, tmp_path) as started:
            for number in range(ROUNDS):
                disturb(installed, number, chance)
                crash(installed, number, chance)
                ledger.read_on()
                dead = [name for name, process in started.items() if process.poll() is not None]
                assert not dead, (number, (tmp_path / f"{dead[0]}.log").read_text())
            for name in WRITERS:
                end(tmp_path, name, started[name])
            deadline = time.monotonic() + 60
            while left := unsettled(installed):
                assert time.monotonic() < deadline, left
                time.sleep(0.2)
            ledger.read_on()
            for name in WATCHERS:
                watched_all(tmp_path, name, ledger)
        lines = [line for name in WRITERS for line in account(tmp_path, name)]
        counts = Counter(line[0] if line[0] != "unanswered" else line[1] for line in lines)
        print(f"{ROUNDS} kills, {ledger.rows[-1][0]} revisions, writes: {dict(counts)}")
        assert counts["acknowledged"] > 5 * ROUNDS
        assert "Traceback" not in installed.output()


def watched_all(folder: Path, name: str, ledger: Ledger) -> None:
    """A watcher was told every change once and in order, over all crashes."""
    deadline = time.monotonic() + 20
    while True:
        start, *seen = account(folder, name)
        expected = ledger.told(int(start[1]))
        if len(seen) >= len(expected) or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert seen == expected
