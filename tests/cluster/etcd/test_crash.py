"""kill -9 while writing: no revision is missing, nothing acknowledged is lost, the current rows are the log's last."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("writes_until_killed.py")
ROOT = WORKER.parents[3]


def killed_after(lines: int, environment: dict[str, str]) -> int:
    """Start the worker, kill it once it acknowledged `lines` writes; the newest acknowledged revision."""
    command = [sys.executable, str(WORKER)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        seen = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        seen += process.stdout.read().splitlines(keepends=True)
        errors = process.stderr.read().decode()
    whole = [int(line) for line in seen if line.endswith(b"\n")]
    assert len(whole) >= lines, errors
    return max(whole)


@pytest.mark.crash
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    environment = {**os.environ, "KUBELEARN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--skip-checks", "-v0"]
    subprocess.run(migrate, env=environment, check=True, cwd=ROOT)
    for lines in (1, 50, 333, 700):
        acknowledged = killed_after(lines, environment)
        database = sqlite3.connect(tmp_path / "kubelearn.sqlite3")
        log = database.execute(
            "SELECT revision, sub, key, value FROM cluster_revision ORDER BY revision, sub"
        ).fetchall()
        current = database.execute("SELECT key, value, mod_revision FROM cluster_currentkey").fetchall()
        [(newest,)] = database.execute("SELECT revision FROM cluster_keyspace WHERE name = 'crash'").fetchall()
        database.close()
        assert sorted({row[0] for row in log}) == list(range(1, newest + 1))
        assert newest >= acknowledged
        replayed: dict[str, tuple[bytes, int]] = {}
        for revision, _, key, value in log:
            if value is None:
                del replayed[key]
            else:
                replayed[key] = (value, revision)
        assert {key: (value, revision) for key, value, revision in current} == replayed
