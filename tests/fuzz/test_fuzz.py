"""No request that the OpenAPI documents allow, or nearly allow, breaks the server: a short part of `make fuzz`."""

from __future__ import annotations

import contextlib

import pytest

from tests.fuzz.fuzzing import Fuzz
from tests.installation import installation

pytestmark = pytest.mark.crash
GROUPS = (
    "/api/v1",
    "/apis/apps/v1",
    "/apis/batch/v1",
    "/apis/networking.k8s.io/v1",
    "/apis/rbac.authorization.k8s.io/v1",
)
SECONDS = 5


def test_no_request_breaks_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        installation(tmp_path_factory.mktemp("fuzz")) as installed,
        contextlib.closing(Fuzz(installed)) as fuzz,
    ):
        for path, document in fuzz.documents():
            if path in GROUPS:
                fuzz.run(document, 2, seconds=SECONDS, every=5)
        assert not fuzz.faults, "\n".join(fuzz.faults[:20])
        assert sum(fuzz.answers.values()) > 50
        assert {200, 400, 404, 422} <= set(fuzz.answers)
        assert installed.kube("/api/v1/nodes")[0] == 200
