"""How it starts: one clear line for what is wrong, everything in place for what is right."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import resource
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from tests.installation import ROOT, Installation, installation, until


def running_container(installed: Installation, path: str) -> Any:
    """What is told of a pod's container; None until it runs."""
    _, pod = installed.kube(path)
    [found] = (pod.get("status") or {}).get("containerStatuses") or [None]
    return found if found and "running" in found["state"] else None


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
        pods = "/api/v1/namespaces/default/pods"
        container = {"name": "c", "image": "nginx"}
        spec = {"metadata": {"name": "stays"}, "spec": {"containers": [container]}}
        assert installed.kube(pods, "POST", spec)[0] == 201
        before = until(lambda: running_container(installed, f"{pods}/stays"))
        began = time.monotonic()
        assert installed.stop() == 0
        assert time.monotonic() - began < 4, "Ctrl-C stops it in two seconds (doubled for a busy machine)"
        installed.start()
        code, kept = installed.kube("/api/v1/namespaces/default/configmaps/kept")
        assert (code, kept["metadata"]["resourceVersion"]) == (200, made["metadata"]["resourceVersion"])
        time.sleep(1)
        after = until(lambda: running_container(installed, f"{pods}/stays"))
        assert after == before, "a container outlives a program that is stopped: no restart is counted"
        installed.kill()
        installed.start()
        lost = until(lambda: (found := running_container(installed, f"{pods}/stays")) != after and found)
        assert lost["restartCount"] == 1, "a program that is killed is a power cut"
        for address in (f"http://{installed.http}/healthz", f"http://{installed.http}/readyz"):
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.read() == b"ok"


@pytest.mark.parametrize("which", ["http", "https"])
def test_a_taken_port_is_one_clear_line(which: str, tmp_path: Path) -> None:
    installed = Installation(tmp_path)
    host, port = getattr(installed, which).split(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        assert_one_clear_line(run_to_its_end(installed), getattr(installed, which), "in use")


@pytest.mark.parametrize("where", ["a-file", "a-file/below", "/proc/nowhere"])
def test_an_unusable_folder_is_one_clear_line(where: str, tmp_path: Path) -> None:
    installed = Installation(tmp_path)
    (tmp_path / "a-file").write_text("no folder")
    installed.data = tmp_path / where
    assert_one_clear_line(run_to_its_end(installed), str(installed.data))
    assert (tmp_path / "a-file").read_text() == "no folder"


@pytest.mark.crash
def test_what_was_left_unusable_is_left_alone(tmp_path: Path) -> None:
    """A second server, a database of a newer version, a damaged database, a damaged key."""
    with installation(tmp_path) as installed:
        second = Installation(tmp_path)
        assert_one_clear_line(run_to_its_end(second), str(second.data), "in use by another KubeLearn")
        assert installed.kube("/api/v1/nodes")[0] == 200
        assert installed.stop() == 0
        logs = list(installed.data.glob("*-wal"))
        assert sum(path.stat().st_size for path in logs) == 0, "a clean stop leaves one whole file"
        database = installed.data / "kubelearn.sqlite3"
        whole = database.read_bytes()
        key = installed.data / "pki" / "demo" / "client-ca.key"
        good_key = key.read_bytes()

        key.write_bytes(good_key[:60])
        assert_one_clear_line(run_to_its_end(installed), str(key), "damaged")
        assert key.read_bytes() == good_key[:60]
        key.write_bytes(good_key)

        for damaged in (b"no database at all" * 1000, whole[: len(whole) // 2]):
            database.write_bytes(damaged)
            assert_one_clear_line(run_to_its_end(installed), str(database))
            assert database.read_bytes() == damaged
        database.write_bytes(whole)

        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('cluster', '9999_from_the_future', '2099-01-01')"
            )
        assert_one_clear_line(run_to_its_end(installed), "newer version", "9999_from_the_future")
        with closing(sqlite3.connect(database)) as connection, connection:
            assert connection.execute("SELECT count(*) FROM cluster_cluster").fetchall() == [(1,)]
            connection.execute("DELETE FROM django_migrations WHERE name = '9999_from_the_future'")
        installed.start()
        assert installed.kube("/api/v1/nodes")[0] == 200


@pytest.mark.crash
def test_secrets_are_the_owners_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with installation(tmp_path) as installed:
            files = [path for path in installed.data.rglob("*") if path.is_file()]
            open_to_others = [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
            assert len(files) > 8
            assert not open_to_others
            assert stat.S_IMODE(installed.data.stat().st_mode) == 0o700
    finally:
        os.umask(before)


@pytest.mark.crash
def test_certificates_of_an_earlier_version_and_ended_ones_are_replaced(tmp_path: Path) -> None:
    with installation(tmp_path) as installed:
        installed.stop()
        pki_folder = installed.data / "pki"
        key = serialization.load_pem_private_key((pki_folder / "serving-ca.key").read_bytes(), None)
        old = self_signed_without_extensions(key)
        (pki_folder / "serving-ca.crt").write_bytes(old)
        (pki_folder / "serving.crt").write_bytes(old)
        (pki_folder / "serving.key").write_bytes(b"junk")
        installed.start()
        context = installed.tls()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with urllib.request.urlopen(f"https://{installed.https}/clusters/demo/readyz", context=context) as answer:
            assert answer.read() == b"ok"


def self_signed_without_extensions(key: Any) -> bytes:
    """A CA certificate that has ended and lacks what strict clients ask for."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "serving-ca")])
    ended = datetime.fromisoformat("2024-01-01")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(ended - timedelta(days=1)).not_valid_after(ended)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.crash
def test_a_first_start_that_is_cut_off_anywhere_is_no_obstacle(tmp_path: Path) -> None:
    installed = Installation(tmp_path)
    for after, signalled in ((0.3, "kill"), (0.9, "kill"), (1.3, "kill"), (0.6, "interrupt"), (1.5, "interrupt")):
        installed.spawn()
        time.sleep(after)
        if signalled == "kill":
            installed.kill()
        else:
            assert installed.stop(40) in (0, 130)
    assert "Traceback" not in installed.output()
    with installation(tmp_path, like=installed) as running:
        assert len(running.kube("/api/v1/nodes")[1]["items"]) == 4


@pytest.mark.crash
def test_ctrl_c_is_quick_with_watches_sockets_and_load(tmp_path: Path) -> None:
    with installation(tmp_path) as installed:
        stop = threading.Event()
        writers = [threading.Thread(target=write, args=(installed, name, stop)) for name in "abc"]
        for writer in writers:
            writer.start()
        connections = [open_watch(installed) for _ in range(40)]
        connections += [open_socket(installed) for _ in range(5)]
        began = time.monotonic()
        assert installed.stop() == 0
        assert time.monotonic() - began < 4, "Ctrl-C stops it in two seconds (doubled for a busy machine)"
        stop.set()
        for writer in writers:
            writer.join()
        for connection in connections:
            connection.close()
        assert "Traceback" not in installed.output()
        installed.start()


def write(installed: Installation, name: str, stop: threading.Event) -> None:
    for number in range(100_000):
        body = {"metadata": {"name": f"{name}-{number}"}}
        try:
            installed.kube("/api/v1/namespaces/default/configmaps", "POST", body)
        except OSError:
            return
        if stop.is_set():
            return


def open_watch(installed: Installation) -> http.client.HTTPSConnection:
    connection = http.client.HTTPSConnection(installed.https, context=installed.tls())
    connection.request("GET", "/clusters/demo/api/v1/pods?watch=true")
    assert connection.getresponse().status == 200
    return connection


def open_socket(installed: Installation) -> http.client.HTTPConnection:
    """A WebSocket of the page, signed in."""
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    link = installed.api("/api/login-link/", "POST")["link"]
    opener.open(link, timeout=20).close()
    connection = http.client.HTTPConnection(installed.http)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": f"http://{installed.http}",
        "Cookie": "; ".join(f"{each.name}={each.value}" for each in cookies),
    }
    connection.request("GET", "/ws/c/demo/", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 101, answer.read()
    return connection


@pytest.mark.crash
def test_a_full_disk_refuses_writes_and_loses_none(tmp_path: Path) -> None:
    maps = "/api/v1/namespaces/default/configmaps"
    with installation(tmp_path) as installed:
        assert installed.process is not None
        log = installed.data / "kubelearn.sqlite3-wal"
        full = max(path.stat().st_size for path in (log, installed.data / "kubelearn.sqlite3")) + 200_000
        resource.prlimit(installed.process.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
        acknowledged, refused = [], []
        for number in range(200):
            body = {"metadata": {"name": f"m{number}"}, "data": {"x": "y" * 20_000}}
            code, answer = installed.kube(maps, "POST", body)
            (acknowledged if code == 201 else refused).append((f"m{number}", code, answer.get("message", "")))
            if len(refused) > 3:
                break
        assert acknowledged
        assert {code for _, code, _ in refused} == {500}
        assert all("etcdserver:" in message for *_, message in refused), refused
        resource.prlimit(installed.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        deadline = time.monotonic() + 30
        while installed.kube(maps, "POST", {"metadata": {"name": "after"}})[0] != 201:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        installed.kill()
        installed.start()
        found = {each["metadata"]["name"] for each in installed.kube(maps)[1]["items"]}
        assert {name for name, *_ in acknowledged} <= found
        assert not {name for name, *_ in refused} & found
