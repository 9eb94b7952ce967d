"""NamespaceLifecycle: nothing new where nothing may be."""

from __future__ import annotations

import pytest

from cluster.apiserver.admission import namespace_lifecycle
from cluster.apiserver.admission.request import DELETE, UPDATE
from tests.cluster.apiserver.admission.conftest import NAMESPACE, Desk, pod, refusal, request


async def test_a_namespace_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert await refusal(namespace_lifecycle.admit(desk, request(pod()))) == (404, 'namespaces "shop" not found')


async def test_a_namespace_that_goes_takes_nothing_new_but_lets_changes_through(desk: Desk) -> None:
    desk.put("Namespace", NAMESPACE, "", status={"phase": "Terminating"})
    code, message = await refusal(namespace_lifecycle.admit(desk, request(pod())))
    why = "unable to create new content in namespace shop because it is being terminated"
    assert (code, message) == (403, f'pods "web" is forbidden: {why}')
    await namespace_lifecycle.admit(desk, request(pod(), UPDATE, old=pod()))


async def test_an_active_namespace_takes_pods(desk: Desk) -> None:
    desk.put("Namespace", NAMESPACE, "", status={"phase": "Active"})
    await namespace_lifecycle.admit(desk, request(pod()))


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
async def test_three_namespaces_stay(desk: Desk, name: str) -> None:
    obj = {"metadata": {"name": name}}
    code, message = await refusal(namespace_lifecycle.admit(desk, request(obj, DELETE, kind="Namespace", old=obj)))
    assert (code, message) == (403, f'namespaces "{name}" is forbidden: this namespace may not be deleted')


async def test_others_go(desk: Desk) -> None:
    obj = {"metadata": {"name": "shop"}}
    await namespace_lifecycle.admit(desk, request(obj, DELETE, kind="Namespace", old=obj))
