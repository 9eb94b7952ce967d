"""What wakes the garbage collector."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers.garbage_collector import _ties

OWNER = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "rs"}]
POD: dict[str, Any] = {"metadata": {"name": "a", "uid": "u", "ownerReferences": OWNER}, "spec": {}}


def changed(**metadata: Any) -> dict[str, Any]:
    return {**POD, "metadata": {**POD["metadata"], **metadata}}


def test_a_change_of_status_or_labels_does_not() -> None:
    assert _ties({**changed(resourceVersion="7", labels={"a": "b"}), "status": {"phase": "Running"}}) == _ties(POD)


@pytest.mark.parametrize(
    "metadata",
    [{"uid": "other"}, {"ownerReferences": []}, {"deletionTimestamp": "2026-11-23T17:36:16Z"}, {"finalizers": ["x"]}],
)
def test_a_change_of_what_holds_an_object_does(metadata: dict[str, Any]) -> None:
    assert _ties(changed(**metadata)) != _ties(POD)
