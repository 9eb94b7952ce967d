"""Shared by all tests: what only `make test` turns on, and where tools are."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_unconfigure() -> None:
    """SQLite's side files outlive the test database."""
    for left in Path(tempfile.gettempdir()).glob(f"kubelearn-test-{os.getpid()}.sqlite3*"):
        left.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def kubectl_path() -> str:
    """kubectl 1.37, put there by `.ci/tools`; its absence fails the test, it is never skipped."""
    path = shutil.which("kubectl", path=f"{ROOT / '.tools/bin'}:{os.environ['PATH']}")
    assert path, "no kubectl: run the tests with `make test`"
    return path


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Chromium, put there by `.ci/tools`; its absence fails the test, it is never skipped."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    assert found, "no Chromium: run the tests with `make test`"
    return found
