"""Twenty thousand writes: history goes by policy, hops and decisions are trimmed, and the database stops growing."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.installation import Installation, installation

pytestmark = pytest.mark.crash
WRITES, WRITERS, KEYS = 20_000, 4, 50
KEEP_REVISIONS, HOPS, TRIMMED_EVERY = 2_000, 4_000, 5_000
MAPS = "/clusters/demo/api/v1/namespaces/default/configmaps"


def write(installed: Installation, name: str, count: int) -> None:
    connection = http.client.HTTPSConnection(installed.https, context=installed.tls(), timeout=60)
    for number in range(count):
        key = f"{name}-{number % KEYS}"
        body = {"metadata": {"name": key}, "data": {"n": str(number), "filling": "x" * 1000}}
        method, path = ("POST", MAPS) if number < KEYS else ("PUT", f"{MAPS}/{key}")
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status in (200, 201), text
    connection.close()


def write_many(installed: Installation, round_number: int) -> None:
    names = [f"r{round_number}-w{number}" for number in range(WRITERS)]
    threads = [threading.Thread(target=write, args=(installed, name, WRITES // WRITERS // 4)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def size_mib(installed: Installation) -> float:
    return sum(path.stat().st_size for path in installed.data.glob("kubelearn.sqlite3*")) / 1024 / 1024


def test_the_database_stops_growing(tmp_path: Path) -> None:
    bounds = {"KUBELEARN_KEEP_REVISIONS": str(KEEP_REVISIONS), "KUBELEARN_RECORDER_ROWS": str(HOPS)}
    with installation(tmp_path, **bounds) as installed:
        sizes = []
        for round_number in range(4):
            write_many(installed, round_number)
            sizes.append(round(size_mib(installed), 1))
        assert installed.stop() == 0
        with closing(sqlite3.connect(installed.data / "kubelearn.sqlite3")) as connection:
            revisions, newest, hops, keys = (
                connection.execute(query).fetchone()[0]
                for query in (
                    "SELECT count(*) FROM cluster_revision",
                    "SELECT max(revision) FROM cluster_revision",
                    "SELECT count(*) FROM cluster_kepthop",
                    "SELECT count(*) FROM cluster_currentkey",
                )
            )
        print(
            f"{newest} revisions written, {revisions} kept, {keys} keys, {hops} hops, MiB after each quarter: {sizes}"
        )
        assert newest > WRITES
        assert revisions <= KEEP_REVISIONS * 1.5 + keys
        assert hops <= HOPS + TRIMMED_EVERY
        assert sizes[3] < sizes[1] * 1.35 + 2
