"""Alike parts of objects become one part, and nothing changes."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.apiserver import alike


def pod(number: int) -> Any:
    return orjson.loads(
        orjson.dumps(
            {
                "metadata": {
                    "name": f"web-{number}",
                    "managedFields": [
                        {
                            "manager": "kubelet",
                            "fieldsV1": {"f:status": {"f:phase": {}, "f:podIPs": {f"k:{number}": {}}}},
                        }
                    ],
                },
                "spec": {
                    "tolerations": [{"key": "a", "operator": "Exists"}],
                    "volumes": [{"name": f"v{number}", "projected": {"sources": []}}],
                },
                "status": {"phase": "Running"},
            }
        )
    )


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    alike._parts.clear()
    alike._texts.clear()


def test_objects_read_as_before() -> None:
    objects = [pod(number) for number in range(3)]
    for obj in objects:
        alike.settle(obj)
    assert objects == [pod(number) for number in range(3)]


def test_equal_parts_are_one_part_at_any_depth() -> None:
    one, other = pod(1), pod(2)
    alike.settle(one)
    alike.settle(other)
    assert one["spec"]["tolerations"] is other["spec"]["tolerations"]
    assert one["status"] is other["status"]
    assert one["spec"]["volumes"][0]["projected"] is other["spec"]["volumes"][0]["projected"]
    fields = [obj["metadata"]["managedFields"][0]["fieldsV1"]["f:status"] for obj in (one, other)]
    assert fields[0] is not fields[1]
    assert fields[0]["f:phase"] is fields[1]["f:phase"]
    assert one["metadata"]["managedFields"][0]["manager"] is other["metadata"]["managedFields"][0]["manager"]


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "MOST", 10)
    for number in range(100):
        alike.settle(pod(number))
    assert len(alike._parts) <= 10
    assert len(alike._texts) <= 10
