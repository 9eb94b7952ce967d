"""The course's review: a pod's namespace, account and quotas, by what the quotas' status tells."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Office


async def answer(office: Office, namespace: str = "default", **spec: Any) -> tuple[int, str]:
    spec = {"containers": [{"name": "c", "image": "nginx"}], **spec}
    return office.manager.review.refusal({"metadata": {"name": "web"}, "spec": spec}, namespace)


async def test_what_is_refused(office: Office) -> None:
    await office.start("serviceaccount")
    assert await answer(office) == (0, "")
    assert await answer(office, "nowhere") == (404, 'namespaces "nowhere" not found')
    code, message = await answer(office, serviceAccountName="robot")
    assert (code, message.rpartition(": ")[2]) == (403, 'serviceaccount "robot" not found')


@pytest.mark.parametrize(
    ("hard", "used", "why"),
    [
        ({"pods": "2"}, {"pods": "1"}, ""),
        ({"pods": "2"}, {"pods": "2"}, "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"),
        ({"cpu": "1"}, {"cpu": "0"}, "failed quota: q: must specify cpu for: c"),
        ({"pods": "0"}, {}, ""),  # nobody has counted yet: the API server's admission does
    ],
)
async def test_quotas_are_read_not_counted(office: Office, hard: Any, used: Any, why: str) -> None:
    await office.start("serviceaccount")
    await office.make("ResourceQuota", "q", spec={"hard": hard})
    await office.change("ResourceQuota", "q", {"status": {"hard": hard, "used": used}}, subresource="status")
    assert await answer(office) == ((403, why) if why else (0, ""))
