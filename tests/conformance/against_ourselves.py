"""Run the recorded kubectl cases against a fresh installation and compare: `make conformance` (options as run_cases.py).

Says how many match; needs kubectl 1.37 and jq on PATH. Cases of kinds that are not served yet take their full time-outs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RECORDED_AT = "127.0.0.1:16443"
"""Where the recorded API server answered: its port is part of what some cases print."""
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.installation import Installation  # noqa: E402  # needs the path above


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        installed, out = Installation(Path(folder)), Path(folder) / "out"
        installed.https = RECORDED_AT
        installed.start()
        try:
            run = [sys.executable, "run_cases.py", "--kubeconfig", str(installed.kubeconfig), "--out", str(out)]
            run += ["--kubectl", shutil.which("kubectl") or "kubectl", *sys.argv[1:]]
            subprocess.run(run, cwd=HERE, check=True)
            return subprocess.run(
                [sys.executable, "compare.py", "golden", str(out), "-q"], cwd=HERE, check=False
            ).returncode
        finally:
            installed.kill()


if __name__ == "__main__":
    raise SystemExit(main())
