"""DaemonSets, StatefulSets, Jobs, CronJobs, budgets, claims and autoscalers, once each with the real kubectl."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation, until

pytestmark = pytest.mark.kubectl
MANIFESTS = Path(__file__).resolve().parents[1] / "conformance" / "manifests"
CLAIM = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: example.com/disk
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: stores}
spec:
  containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}]
  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
"""
Say = Callable[..., str]


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory, kubectl_path: str) -> Iterator[Say]:
    """Run kubectl; what it wrote."""
    with installation(tmp_path_factory.mktemp("workloads")) as installed:
        until(lambda: nodes_are_ready(installed, kubectl_path))

        def run(*arguments: str, stdin: str = "") -> str:
            done = installed.kubectl(kubectl_path, *arguments, stdin=stdin)
            return done.stdout + done.stderr

        yield run


def nodes_are_ready(installed: Installation, kubectl_path: str) -> bool:
    return installed.kubectl(kubectl_path, "get", "nodes", "--no-headers").stdout.count(" Ready ") >= 4


def test_a_daemon_set_rolls_over_every_worker(say: Say) -> None:
    say("create", "-f", str(MANIFESTS / "ds.yaml"))
    assert "successfully rolled out" in say("rollout", "status", "ds/agent", "--timeout=40s")
    assert len(set(say("get", "pods", "-l", "app=agent", "-o", "jsonpath={.items[*].spec.nodeName}").split())) == 3
    say("set", "image", "ds/agent", "agent=fluentd:v2")
    assert "successfully rolled out" in say("rollout", "status", "ds/agent", "--timeout=40s")
    assert say("rollout", "undo", "ds/agent").strip() == "daemonset.apps/agent rolled back"


def test_a_stateful_set_counts_up_and_down(say: Say) -> None:
    say("create", "-f", str(MANIFESTS / "sts.yaml"))
    assert "3 new pods have been updated" in say("rollout", "status", "sts/db", "--timeout=40s")
    assert say("get", "pods", "-l", "app=db", "-o", "name").split() == ["pod/db-0", "pod/db-1", "pod/db-2"]
    say("scale", "sts/db", "--replicas=1")
    until(lambda: say("get", "pods", "-l", "app=db", "-o", "name").split() == ["pod/db-0"])


def test_jobs_end_and_come_from_cron_jobs(say: Say) -> None:
    say("create", "-f", str(MANIFESTS / "cronjob.yaml"))
    say("create", "job", "manual", "--from=cronjob/hello")
    say("create", "-f", str(MANIFESTS / "job.yaml"))
    waited = say("wait", "--for=condition=Complete", "job/pi", "job/manual", "--timeout=40s")
    assert waited.splitlines() == ["job.batch/pi condition met", "job.batch/manual condition met"]
    assert say("logs", "job/pi").startswith("3.14159") or "Found 3 pods" in say("logs", "job/pi")


def test_a_budget_holds_back_a_drain(say: Say) -> None:
    say("create", "deployment", "web", "--image=nginx", "--replicas=2")
    say("rollout", "status", "deploy/web", "--timeout=40s")
    say("create", "pdb", "web", "--selector=app=web", "--min-available=2")
    until(lambda: say("get", "pdb", "web", "--no-headers").split()[3] == "0")
    node = say("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].spec.nodeName}")
    said = say("drain", node, "--ignore-daemonsets", "--force", "--timeout=3s")
    assert "Cannot evict pod as it would violate the pod's disruption budget." in said
    say("uncordon", node)


def test_a_claim_is_bound_when_its_pod_has_a_node(say: Say) -> None:
    say("apply", "-f", "-", stdin=CLAIM)
    assert "condition met" in say("wait", "--for=condition=Ready", "pod/stores", "--timeout=40s")
    assert say("get", "pvc", "data", "-o", "jsonpath={.status.phase}") == "Bound"


def test_an_autoscaler_without_metrics_says_so(say: Say) -> None:
    say("autoscale", "deploy", "web", "--min=2", "--max=5", "--cpu=80%")
    until(lambda: "FailedGetResourceMetric" in say("describe", "hpa", "web"))
