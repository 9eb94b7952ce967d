"""The import rules of `.importlinter` hold, and a planted violation is found."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_rules_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_planted_violation_is_found(tmp_path: Path) -> None:
    for room in ("cluster", "dashboard", "kubelearn", ".importlinter"):
        (tmp_path / room).symlink_to(ROOT / room)
    (tmp_path / "cluster").unlink()
    (tmp_path / "cluster").mkdir()
    for entry in (ROOT / "cluster").iterdir():
        if entry.name != "scheduler":
            (tmp_path / "cluster" / entry.name).symlink_to(entry)
    (tmp_path / "cluster/scheduler").mkdir()
    for entry in (ROOT / "cluster/scheduler").iterdir():
        (tmp_path / "cluster/scheduler" / entry.name).symlink_to(entry)
    (tmp_path / "cluster/scheduler/planted.py").write_text("from cluster.etcd import server\n")
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    assert "cluster.scheduler.planted" in done.stdout
