"""Who is let in may watch; who owns the cluster may hold, stop and break, and has its keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.login import OWNER
from dashboard.pages import cluster as pages
from dashboard.permission import OWNER_GROUPS, groups_of

C = "/api/clusters/demo/"
MESSAGE = "Only the owner of this cluster may do that; you may watch."
CHANGES = (
    ("post", "/api/clusters/"),
    ("post", "/api/login-link/"),
    ("delete", C),
    ("patch", C),
    ("put", f"{C}pace/"),
    ("put", f"{C}time/"),
    ("post", f"{C}rules/"),
    ("post", f"{C}breakpoints/"),
    ("post", f"{C}held/1/"),
    ("post", f"{C}held/next/"),
    ("patch", f"{C}components/etcd/"),
    ("post", f"{C}snapshots/"),
    ("post", f"{C}snapshots/one/restore/"),
    ("delete", f"{C}snapshots/one/"),
    ("get", f"{C}kubeconfig/"),
)
PAGES = {
    "kubeconfig": {},
    "settings": {},
    "delete-cluster": {},
    "fork": {},
    "put-back": {},
    "pace": {},
    "time": {},
    "step": {},
    "faults": {},
    "mend": {},
    "power": {"component_id": "etcd"},
    "try": {"component_id": "etcd", "what": "begin"},
    "reconcile": {"loop": "deployment"},
    "act-on-node": {"name": "worker-1", "action": "stop"},
    "held": {"hop": 1, "how": "release"},
    "breakpoint": {"number": 1, "how": "off"},
}
"""Pages of the owner's, by name. What makes or changes objects is not among them: the API server judges that."""


@pytest.fixture
def alice(django_user_model: Any, db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(django_user_model.objects.create(username="alice"))
    return client


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_others_with_access_watch_only(alice: Client, method: str, path: str) -> None:
    answer = getattr(alice, method)(path, {}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (403, {"detail": MESSAGE})


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_owner_are_closed_to_others(alice: Client, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "cluster", lambda slug: None)
    path = reverse(name, kwargs={"slug": "demo", **PAGES[name]})
    assert (alice.get if name == "kubeconfig" else alice.post)(path).status_code == 403


def test_asking_is_allowed(alice: Client) -> None:
    assert alice.get(f"{C}rules/").status_code == 404, "there is no such cluster, but asking is allowed"


def test_others_make_no_clusters(alice: Client) -> None:
    assert alice.get("/").status_code == 200
    assert alice.post("/", {"name": "mine"}).status_code == 403


def test_the_owner_is_an_administrator_and_others_are_who_they_are() -> None:
    assert groups_of(OWNER) == OWNER_GROUPS
    assert groups_of("alice") == ()


def test_a_refusal_is_a_page_in_words(alice: Client, settings: Any) -> None:
    settings.DEBUG = False
    page = alice.post("/", {"name": "mine"}).content.decode()
    assert MESSAGE in page
    assert "That is not yours to do" in page
