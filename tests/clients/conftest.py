"""One installation for all clients."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installation, until


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("clients")) as installed:
        until(lambda: "kube-root-ca.crt" in str(installed.kube("/api/v1/namespaces/default/configmaps")))
        yield installed


LEFT_OPEN = ("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
"""Some clients leave connections to the garbage collector: theirs to mend, not to be told by whichever test runs then."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            for each in LEFT_OPEN:
                item.add_marker(pytest.mark.filterwarnings(each))


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    gc.collect()
