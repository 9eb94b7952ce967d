"""The real helm installs, upgrades, rolls back and uninstalls a chart with a definition of its own and a hook."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation

pytestmark = pytest.mark.kubectl
CHART = {
    "Chart.yaml": 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: "1"\n',
    "values.yaml": "replicas: 1\ncolor: blue\n",
    "crds/gadgets.yaml": """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gadgets, kind: Gadget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        {type: object, properties: {spec: {type: object, properties: {size: {type: integer, maximum: 5}}}}}
""",
    "templates/deployment.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
""",
    "templates/configmap.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-settings}
data: {color: {{ .Values.color }}}
""",
    "templates/service.yaml": """
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
""",
    "templates/gadget.yaml": """
apiVersion: example.com/v1
kind: Gadget
metadata: {name: {{ .Release.Name }}}
spec: {size: {{ .Values.replicas }}}
""",
    "templates/hook.yaml": """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-before
  annotations: {"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-delete-policy": before-hook-creation}
data: {revision: "{{ .Release.Revision }}"}
""",
}
WAIT = ("--wait", "--timeout", "40s")
Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("helm")) as installed:
        yield installed


@pytest.fixture
def run(running: Installation, tmp_path: Path) -> Shell:
    """Runs a command with the installation's kubeconfig, in a folder that holds the chart."""
    for name, text in CHART.items():
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    environment = {**os.environ, "KUBECONFIG": str(running.kubeconfig), "HOME": str(tmp_path)}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=90, check=False
        )

    return run


def good(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_release_lives_and_ends(run: Shell) -> None:
    good(run("helm", "install", "one", "shop", *WAIT))
    assert "shop-0.1.0" in good(run("helm", "list"))
    assert good(run("kubectl", "get", "deploy,svc,gadgets", "-o", "name")).split() == [
        "deployment.apps/one",
        "service/kubernetes",
        "service/one",
        "gadget.example.com/one",
    ]
    good(run("helm", "upgrade", "one", "shop", "--set", "replicas=3,color=red", *WAIT))
    assert good(run("kubectl", "get", "deploy", "one", "-o", "jsonpath={.status.readyReplicas}")) == "3"
    assert good(run("kubectl", "get", "cm", "one-settings", "-o", "jsonpath={.data.color}")) == "red"
    assert good(run("kubectl", "get", "cm", "one-before", "-o", "jsonpath={.data.revision}")) == "2"
    refused = run("helm", "upgrade", "one", "shop", "--set", "replicas=9", *WAIT)
    assert refused.returncode != 0
    assert "spec.size in body should be less than or equal to 5" in refused.stderr
    good(run("helm", "rollback", "one", "1", *WAIT))
    assert good(run("kubectl", "get", "gadgets", "one", "-o", "jsonpath={.spec.size}")) == "1"
    assert good(run("kubectl", "get", "cm", "one-settings", "-o", "jsonpath={.data.color}")) == "blue"
    states = [line.split("\t")[2].strip() for line in good(run("helm", "history", "one")).splitlines()[1:]]
    assert states == ["superseded", "superseded", "failed", "deployed"]
    good(run("helm", "uninstall", "one", *WAIT))
    left = good(run("kubectl", "get", "deploy,svc,gadgets", "-o", "name"))
    assert left.split() == ["service/kubernetes"]
