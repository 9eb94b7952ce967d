"""`manage.py cluster`: what a person does with clusters from a terminal, against the running server."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.installation import ROOT, Installation, installation, until

MAPS = "/api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
LABELS = {"app": "web"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("command")) as running:
        yield running


@pytest.fixture(autouse=True)
def _of_that_installation(request: pytest.FixtureRequest, settings: Any) -> None:
    running = request.getfixturevalue("installed")
    settings.DATA_DIR, settings.HTTP_ADDRESS = running.data, running.http


def output(*arguments: Any) -> str:
    printed = io.StringIO()
    call_command("cluster", *map(str, arguments), stdout=printed)
    return printed.getvalue()


def contexts(installed: Installation) -> list[str]:
    return [each["name"] for each in yaml.safe_load(installed.kubeconfig.read_text())["contexts"]]


def refusal(*arguments: Any) -> str:
    with pytest.raises(CommandError) as refused:
        output(*arguments)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_it_makes_lists_and_deletes_clusters(installed: Installation) -> None:
    assert output("create", "second", "--nodes", 1) == "cluster second created\n"
    assert [line.split()[:2] for line in output("list").splitlines()[1:]] == [
        ["demo", "course"],
        ["second", "course"],
    ]
    assert refusal("create", "second") == 'cluster "second" already exists'
    assert contexts(installed) == ["demo", "second"]
    config = yaml.safe_load(output("kubeconfig", "second"))
    assert config["clusters"][0]["cluster"]["server"] == f"https://{installed.https}/clusters/second"
    assert output("delete", "second") == "cluster second deleted\n"
    assert refusal("delete", "second") == 'cluster "second" not found'
    assert not (installed.data / "pki" / "second").exists()
    assert contexts(installed) == ["demo"]


def test_it_stops_and_starts_components(installed: Installation) -> None:
    def state(component_id: str) -> str:
        lines = [line.split() for line in output("components", "demo").splitlines()]
        return next(found for name, found, *_ in lines if name == component_id)

    loop = "kube-controller-manager.replicaset"
    assert output("stop", "demo", "kube-proxy.worker-1", loop) == (f"kube-proxy.worker-1 stopped\n{loop} stopped\n")
    assert (state("kube-proxy.worker-1"), state(loop), state("etcd")) == ("stopped", "stopped", "running")
    assert output("start", "demo", "kube-proxy.worker-1", loop).count("started") == 2
    assert (state("kube-proxy.worker-1"), state(loop)) == ("running", "running")
    assert refusal("stop", "demo", "nonsense") == 'component "nonsense" not found'


def test_a_snapshot_brings_back_what_was_deleted_and_the_loops_go_on(installed: Installation, tmp_path: Path) -> None:
    file = tmp_path / "before.snapshot"
    installed.kube(MAPS, "POST", {"metadata": {"name": "precious"}, "data": {"a": "1"}})
    spec = {"replicas": 2, "selector": {"matchLabels": LABELS}, "template": TEMPLATE}
    installed.kube(DEPLOYMENTS, "POST", {"metadata": {"name": "web"}, "spec": spec})
    until(lambda: installed.kube(f"{DEPLOYMENTS}/web")[1]["status"].get("readyReplicas") == 2)
    assert "saved in" in output("snapshot", "demo", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "exists already" in refusal("snapshot", "demo", file)
    installed.kube(f"{MAPS}/precious", "DELETE")
    _, later = installed.kube(MAPS, "POST", {"metadata": {"name": "later"}})
    installed.kube(f"{DEPLOYMENTS}/web", "DELETE")
    until(lambda: not installed.kube("/api/v1/namespaces/default/pods")[1]["items"])
    assert "cluster demo restored" in output("restore", "demo", file)
    assert until(lambda: kube(installed, f"{MAPS}/precious"))[0] == 200
    assert installed.kube(f"{MAPS}/later")[0] == 404
    _, fresh = installed.kube(MAPS, "POST", {"metadata": {"name": "fresh"}})
    assert int(fresh["metadata"]["resourceVersion"]) > int(later["metadata"]["resourceVersion"])
    until(lambda: installed.kube(f"{DEPLOYMENTS}/web")[1]["status"].get("readyReplicas") == 2)
    scale = {"spec": {"replicas": 3}}
    installed.kube(f"{DEPLOYMENTS}/web", "PATCH", scale, content_type="application/merge-patch+json")
    until(lambda: installed.kube(f"{DEPLOYMENTS}/web")[1]["status"].get("readyReplicas") == 3)
    assert output("snapshots", "demo").splitlines()[1:] == []


def kube(installed: Installation, path: str) -> Any:
    try:
        return installed.kube(path)
    except OSError:
        return None


def test_a_damaged_snapshot_is_refused_and_nothing_changes(installed: Installation, tmp_path: Path) -> None:
    file = tmp_path / "whole.snapshot"
    output("snapshot", "demo", file)
    before = installed.kube(MAPS)[1]["items"]
    lines = file.read_bytes().splitlines(keepends=True)
    cut = tmp_path / "cut.snapshot"
    cut.write_bytes(b"".join(lines[: len(lines) // 2]))
    assert "cut short" in refusal("restore", "demo", cut)
    cut.write_bytes(b"no snapshot\n")
    assert "not a snapshot" in refusal("restore", "demo", cut)
    assert "cannot be read" in refusal("restore", "demo", tmp_path / "absent")
    assert until(lambda: kube(installed, MAPS))[1]["items"] == before


def test_a_login_link_is_printed_and_works_once(installed: Installation) -> None:
    link = output("login").strip()
    assert link.startswith(f"http://{installed.http}/login/")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(link, timeout=20) as page:
        assert page.url == f"http://{installed.http}/c/demo/"
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(link, timeout=20)
    refused.value.close()


def test_without_a_server_it_says_so_in_one_line(tmp_path: Path) -> None:
    absent = Installation(tmp_path)

    def line() -> str:
        command = [sys.executable, str(ROOT / "manage.py"), "cluster", "list"]
        done = subprocess.run(command, env=absent.environment, capture_output=True, text=True, timeout=90, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        (only,) = done.stderr.splitlines()
        return only

    assert "no token in" in line()
    absent.data.mkdir()
    (absent.data / "token").write_text("x")
    assert f"does not answer on {absent.http}" in line()


def test_it_paces_keeps_the_clock_and_sets_breakpoints(installed: Installation) -> None:
    assert output("pace", "demo", "slow", "--seconds", 0.3) == "slow, 0.3 s a message\n"
    assert output("pace", "demo", "real") == "real\n"
    assert "renews its lease" in output("clock", "demo", "--forward", 30)
    assert "less than or equal to 60" in refusal("pace", "demo", "slow", "--seconds", 1000)
    made = output(
        "break",
        "demo",
        "add",
        "--kind",
        "configmap",
        "--name",
        "stop-*",
        "--verb",
        "POST",
        "--target",
        "kube-apiserver",
    )
    number = made.split()[1].rstrip(":")
    assert made == f"breakpoint {number}: anybody → kube-apiserver · POST · about configmaps · named stop-*\n"
    assert refusal("break", "demo", "add") == "say which messages: a step, a line, a component, an object or a verb"
    asked = threading.Thread(target=installed.kube, args=(MAPS, "POST", {"metadata": {"name": "stop-me"}}))
    asked.start()
    held = until(lambda: [line for line in output("held", "demo").splitlines() if "POST" in line])[0].split()[0]
    assert refusal("held", "demo", "edit", held) == "`edit` needs --file with the new body"
    assert output("held", "demo", "release", held) == f"message {held}: release\n"
    asked.join(30)
    assert "1 hits" in output("break", "demo")
    assert output("break", "demo", "off", number) == f"breakpoint {number} is off\n"
    assert output("break", "demo", "remove", number) == f"breakpoint {number} removed\n"
    assert output("held", "demo") == "nothing is held\n"


def ready(installed: Installation, node: str) -> str:
    conditions = installed.kube(f"/api/v1/nodes/{node}")[1]["status"]["conditions"]
    return str(next(each["status"] for each in conditions if each["type"] == "Ready"))


def test_it_breaks_and_mends_and_faults_survive_a_restart(installed: Installation) -> None:
    assert output("faults", "demo") == "nothing is broken\n"
    assert output("fault", "demo", "etcd") == "etcd.nospace: etcd says that it is full and refuses writes\n"
    code, refused = installed.kube(MAPS, "POST", {"metadata": {"name": "no-room"}})
    assert (code, refused["message"]) == (500, "etcdserver: mvcc: database space exceeded")
    assert installed.kube(MAPS)[0] == 200
    assert output("fault", "demo", "image", "nginx").startswith("image.nginx: ")
    assert output("fault", "demo", "network", "worker-1") == "network.worker-1: the network of node worker-1 is cut\n"
    assert output("fault", "demo", "slow", "kubectl", "kube-apiserver", "--seconds", 0.2).startswith("slow.kubectl.to.")
    assert output("fault", "demo", "power", "worker-2") == "power.worker-2: node worker-2 has no power\n"
    assert refusal("fault", "demo", "network", "nowhere") == "nowhere is not there"
    assert refusal("fault", "demo", "network") == "network needs: node"
    installed.kill()
    installed.start()
    assert len(output("faults", "demo").splitlines()) == 5
    assert output("mend", "demo", "etcd.nospace", "power.worker-2").count("mended") == 2
    output("clock", "demo", "--forward", 70)
    until(lambda: ready(installed, "worker-1") == "Unknown")
    body = {"metadata": {"name": "pull"}, "spec": {"nodeName": "worker-3", **TEMPLATE["spec"]}}
    assert installed.kube("/api/v1/namespaces/default/pods", "POST", body)[0] == 201

    def why() -> str:
        status = installed.kube("/api/v1/namespaces/default/pods/pull")[1]["status"]
        found = [each["state"].get("waiting", {}).get("reason", "") for each in status.get("containerStatuses", ())]
        return str(found[0]) if found else ""

    until(lambda: why() in ("ErrImagePull", "ImagePullBackOff"))
    assert output("mend", "demo", "all").count("mended") == 3
    output("clock", "demo", "--forward", 20)
    until(lambda: ready(installed, "worker-1") == "True")
    until(lambda: installed.kube("/api/v1/namespaces/default/pods/pull")[1]["status"]["phase"] == "Running")
