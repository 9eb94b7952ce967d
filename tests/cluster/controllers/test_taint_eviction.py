"""Evictions: at once, after the tolerated seconds, or never; cancelled when the taint goes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.controllers.taint_eviction import tolerated_seconds

from .conftest import Office

TAINT = {"key": "k", "value": "v", "effect": "NoExecute"}


def toleration(seconds: int | None = None, **fields: Any) -> Any:
    return {
        "key": "k",
        "operator": "Exists",
        "effect": "NoExecute",
        **fields,
        **({} if seconds is None else {"tolerationSeconds": seconds}),
    }


@pytest.mark.parametrize(
    ("tolerations", "seconds"),
    [
        ([], 0.0),
        ([toleration()], None),
        ([toleration(30)], 30.0),
        ([toleration(30), toleration(10)], 10.0),
        ([toleration(30), toleration()], 30.0),
        ([toleration(-5)], 0.0),
        ([{"key": "k", "value": "other"}], 0.0),
        ([{"operator": "Exists"}], None),
    ],
)
def test_how_long_a_pod_tolerates(tolerations: Any, seconds: float | None) -> None:
    assert tolerated_seconds({"spec": {"tolerations": tolerations}}, [TAINT]) == seconds


async def tainted(office: Office) -> None:
    await office.change("Node", "n1", {"spec": {"taints": [TAINT]}})


async def test_pods_go_when_their_patience_is_over(office: Office) -> None:
    await office.start("tainteviction")
    await office.node("n1")
    await office.pod("now", on="n1")
    await office.pod("later", on="n1", tolerations=[toleration(30)])
    await office.pod("never", on="n1", tolerations=[toleration()])
    await tainted(office)
    going = await office.get("Pod", "now")
    assert meta.is_being_deleted(going)
    assert (meta.condition_of(going, "DisruptionTarget") or {})["reason"] == "DeletionByTaintManager"
    assert await office.events("TaintManagerEviction") == ["Marking for deletion Pod default/now"]
    await office.clock.advance(29)
    assert not meta.is_being_deleted(await office.get("Pod", "later"))
    await office.clock.advance(2)
    assert meta.is_being_deleted(await office.get("Pod", "later"))
    assert not meta.is_being_deleted(await office.get("Pod", "never"))


async def test_a_taint_that_goes_in_time_is_forgiven(office: Office) -> None:
    await office.start("tainteviction")
    await office.node("n1")
    await office.pod("later", on="n1", tolerations=[toleration(30)])
    await tainted(office)
    await office.clock.advance(20)
    await office.change("Node", "n1", {"spec": {"taints": None}})
    await office.clock.advance(60)
    assert not meta.is_being_deleted(await office.get("Pod", "later"))
    assert await office.events("TaintManagerEviction") == ["Cancelling deletion of Pod default/later"]
