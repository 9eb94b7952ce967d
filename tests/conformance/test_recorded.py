"""Some of the recorded cases, one or two of each group, so that no answer drifts unseen; all of them by `make conformance`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import ROOT, installation

pytestmark = pytest.mark.kubectl
HERE = Path(__file__).resolve().parent
CASES = """
api-resources auth-whoami describe-node get-leases explain-pod raw-apis get-nodes create-deployment-dry-server
run-pod create-ingress describe-pod get-json-replicaset get-yaml-service get-pods-wide invalid-pod immutable-sts
sched-taints sched-mixed-reasons pod-init-containers pod-qos rolebinding-grants exec-exitcode logs-errors nodeport-alloc crd
"""


def test_recorded_cases_are_answered_as_recorded(tmp_path: Path, kubectl_path: str) -> None:
    out, result = tmp_path / "out", tmp_path / "result.json"
    with installation(tmp_path) as installed:
        run = [sys.executable, "run_cases.py", "--kubeconfig", str(installed.kubeconfig), "--out", str(out)]
        run += ["--kubectl", kubectl_path, "--only", ",".join(CASES.split()), "--jobs", "3"]
        where = {**os.environ, "PATH": f"{ROOT / '.tools/bin'}:{os.environ['PATH']}"}
        done = subprocess.run(run, cwd=HERE, env=where, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    compare = [sys.executable, "compare.py", "golden", str(out), "-q", "--show", "all", "--json", str(result)]
    shown = subprocess.run(compare, cwd=HERE, capture_output=True, text=True, check=False).stdout
    found = json.loads(result.read_text())["cases"]
    different = [name for name in CASES.split() if not found[name]["match"]]
    assert not different, "\n".join(line for line in shown.splitlines() if "not run" not in line)[:8000]
