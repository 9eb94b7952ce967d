"""The pytest plugin: `kube_cluster`, a fresh Kubernetes cluster for each test that asks for one.

    def test_it(kube_cluster):
        kube_cluster.client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}})

    @pytest.mark.kube_cluster(components=[], nodes=0)                 # the API alone
    @pytest.mark.kube_cluster(seed=7, virtual_clock=True, nodes=3)    # time moves when the test says so

Nothing of a cluster is imported before a test asks for one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kubelearn.library.kube_cluster import KubeCluster

MARK = "kube_cluster"
WORDS = "components, nodes, seed, virtual_clock, start, mode"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}({WORDS}): what the test's cluster shall be (docs/library.md)")


@pytest.fixture
def kube_clusters() -> Iterator[Callable[..., KubeCluster]]:
    """Makes clusters, as many as a test needs: `kube_clusters(nodes=0)`; they end with the test."""
    with contextlib.ExitStack() as ended:

        def make(**wanted: Any) -> KubeCluster:
            from kubelearn.library import kube_cluster

            made = kube_cluster.new(**wanted)
            ended.callback(made.delete)
            return made

        yield make


@pytest.fixture
def kube_cluster(request: pytest.FixtureRequest, kube_clusters: Callable[..., KubeCluster]) -> KubeCluster:
    """A cluster of the test's own, as its mark `kube_cluster` says."""
    marks = list(request.node.iter_markers(MARK))[::-1]
    if any(mark.args for mark in marks):
        raise pytest.UsageError(f"pytest.mark.{MARK} takes words only: {WORDS}")
    words: dict[str, Any] = {}
    for mark in marks:
        words |= mark.kwargs
    try:
        return kube_clusters(**words)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"pytest.mark.{MARK}: {error}") from error
