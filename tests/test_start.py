"""How it starts: one clear line for what is wrong, everything in place for what is right."""

from __future__ import annotations

import re
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.installation import ROOT, Installation, installation


def run_to_its_end(installed: Installation) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "run"]
    return subprocess.run(command, env=installed.environment, capture_output=True, text=True, timeout=60, check=False)


def assert_one_clear_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert all(word in lines[0] for word in words), lines[0]


@pytest.mark.kubectl
def test_a_first_start_leaves_link_kubeconfig_and_token_and_goes_on_after_ctrl_c(tmp_path: Path) -> None:
    with installation(tmp_path) as installed:
        assert re.fullmatch(rf"http://{installed.http}/\S+", installed.link())
        for name in ("kubeconfig", "token"):
            assert stat.S_IMODE((installed.data / name).stat().st_mode) == 0o600
        code, version = installed.kube("/version")
        assert (code, version["major"], version["minor"]) == (200, "1", "37")
        code, made = installed.kube(
            "/api/v1/namespaces/default/configmaps", "POST", {"metadata": {"name": "kept"}, "data": {"a": "1"}}
        )
        assert code == 201, made
        began = time.monotonic()
        assert installed.stop() == 0
        assert time.monotonic() - began < 4, "Ctrl-C stops it in two seconds (doubled for a busy machine)"
        installed.start()
        code, kept = installed.kube("/api/v1/namespaces/default/configmaps/kept")
        assert (code, kept["metadata"]["resourceVersion"]) == (200, made["metadata"]["resourceVersion"])
        for address in (f"http://{installed.http}/healthz", f"http://{installed.http}/readyz"):
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.read() == b"ok"


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    installed = Installation(tmp_path)
    host, port = installed.http.split(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        assert_one_clear_line(run_to_its_end(installed), installed.http, "in use")


def test_an_unusable_folder_is_one_clear_line(tmp_path: Path) -> None:
    installed = Installation(tmp_path)
    installed.data.write_text("a file, no folder")
    assert_one_clear_line(run_to_its_end(installed), str(installed.data))


def test_a_database_from_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    installed = Installation(tmp_path)
    with installation(tmp_path) as running:
        installed.data, installed.http, installed.https = running.data, running.http, running.https
        running.stop()
    database = installed.data / "kubelearn.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cluster', '9999_from_the_future', '2099-01-01')"
        )
    before = sqlite3.connect(database).execute("SELECT count(*) FROM cluster_cluster").fetchall()
    assert_one_clear_line(run_to_its_end(installed), "newer version", "9999_from_the_future")
    assert sqlite3.connect(database).execute("SELECT count(*) FROM cluster_cluster").fetchall() == before
