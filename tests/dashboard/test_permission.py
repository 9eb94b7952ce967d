"""Who is let in may watch; who owns the cluster may hold, stop and break."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

C = "/api/clusters/demo/"
CHANGES = (
    ("put", f"{C}pace/"),
    ("put", f"{C}time/"),
    ("post", f"{C}rules/"),
    ("post", f"{C}breakpoints/"),
    ("post", f"{C}held/1/"),
    ("post", f"{C}held/next/"),
    ("patch", f"{C}components/etcd/"),
)


@pytest.mark.django_db
def test_others_with_access_watch_only(django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create(username="alice"))
    for method, path in CHANGES:
        answer = getattr(client, method)(path, {}, content_type="application/json")
        assert (answer.status_code, answer.json()) == (
            403,
            {"detail": "Only the owner of this cluster may do that; you may watch."},
        ), path
    assert client.get(f"{C}rules/").status_code == 404, "there is no such cluster, but asking is allowed"
