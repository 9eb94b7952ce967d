"""One installation for all clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.installation import Installation, installation, until


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("clients")) as installed:
        until(lambda: "kube-root-ca.crt" in str(installed.kube("/api/v1/namespaces/default/configmaps")))
        yield installed
