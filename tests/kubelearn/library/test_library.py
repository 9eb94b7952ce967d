"""What `pip install` gives: the wheel is built and unpacked, and docs/library.md is run as a user's tests would be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.installation import ROOT, free_port, until

pytestmark = pytest.mark.kubectl
OTHERS = ["django", "asyncio", "schemathesis", "hypothesispytest", "anyio", "xdist", "playwright"]
MORE = """
import pytest

@pytest.mark.kube_cluster(seed=3, virtual_clock=True)
@pytest.mark.parametrize("run", [1, 2])
def test_runs_are_the_same(kube_cluster, run, seen={}):
    kube_cluster.client.apply({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}, "spec": {"template": {
        "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox", "command": ["sleep", "90"]}]}}}})
    kube_cluster.until(lambda: kube_cluster.client.get("Job", "once").get("status", {}).get("succeeded"))
    (pod,) = kube_cluster.client.list("Pod", "default")
    seen[run] = pod["metadata"]["name"], pod["metadata"]["uid"], kube_cluster.now()
    assert seen[run] == seen[1]

def test_another_user_may_nothing(kube_cluster):
    from cluster.apimachinery.status import ApiError
    with pytest.raises(ApiError, match="cannot list resource"):
        kube_cluster.client_of("mallory").list("Pod")
    with pytest.raises(TimeoutError):
        kube_cluster.until(lambda: kube_cluster.client.get("Pod", "nobody"), seconds=0.05)
    with pytest.raises(RuntimeError, match="virtual_clock"):
        kube_cluster.advance(1)
"""
WRONG = """
import pytest

@pytest.mark.kube_cluster(components=["kubelet"])
def test_no_such_component(kube_cluster): pass

@pytest.mark.kube_cluster(colour="blue")
def test_no_such_word(kube_cluster): pass

@pytest.mark.kube_cluster(nodes=1000)
def test_too_many_nodes(kube_cluster): pass
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def environment(installed: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS")
    }
    return {**kept, "PYTHONPATH": str(installed), "PATH": f"{ROOT / '.tools/bin'}:{os.environ['PATH']}"}


def run_pytest(installed: Path, folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_theirs.py").write_text(text)
    without = [word for name in OTHERS for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "--durations=0", "--durations-min=0", *without]
    return subprocess.run(command, cwd=folder, env=environment(installed), capture_output=True, text=True, timeout=120)


def test_the_page_of_the_library_runs_as_it_stands(installed: Path, tmp_path: Path) -> None:
    examples = re.findall(r"(?ms)^```python\n(.*?)^```", (ROOT / "docs/library.md").read_text())
    ran = run_pytest(installed, tmp_path, "\n".join([*examples, MORE]))
    assert "\n8 passed" in ran.stdout, ran.stdout + ran.stderr
    setups = sorted(float(each) for each in re.findall(r"(?m)^(\d+\.\d+)s setup", ran.stdout))
    assert setups[len(setups) // 2] <= 0.3, setups


def test_wrong_words_are_told(installed: Path, tmp_path: Path) -> None:
    ran = run_pytest(installed, tmp_path, WRONG)
    assert "no component 'kubelet': there are kube-controller-manager, kube-scheduler, machines" in ran.stdout
    assert "unexpected keyword argument 'colour'" in ran.stdout
    assert "a cluster has 0 to 100 nodes" in ran.stdout
    assert "3 errors" in ran.stdout


def test_the_api_alone_is_served_and_goes_on_where_it_was(installed: Path, tmp_path: Path, kubectl_path: str) -> None:
    where = {
        **environment(installed),
        "KUBELEARN_DATA": str(tmp_path / "data"),
        "KUBECACHEDIR": str(tmp_path / "cache"),
    }
    where["KUBECONFIG"] = str(tmp_path / "data/kubeconfig")
    command = [sys.executable, "-c", "from kubelearn.command_line import main; main()", "apiserver"]
    command += ["--https", f"127.0.0.1:{free_port()}"]

    def kubectl(*words: str) -> str:
        return subprocess.run([kubectl_path, *words], env=where, capture_output=True, text=True, check=True).stdout

    for made in (["create", "configmap", "settings"], ["run", "web", "--image=nginx"]):
        with (tmp_path / "log").open("w") as log:
            process = subprocess.Popen(command, env=where, stdout=log, stderr=log, cwd=tmp_path)
        try:
            until(lambda: "Ctrl-C" in (tmp_path / "log").read_text())
            assert kubectl(*made).endswith(" created\n")
            names = kubectl("get", "configmaps,pods,nodes", "-A", "-o", "name").split()
            process.terminate()
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert names == ["configmap/settings", "pod/web"]
    assert yaml.safe_load((tmp_path / "data/kubeconfig").read_text())["current-context"] == "demo"
