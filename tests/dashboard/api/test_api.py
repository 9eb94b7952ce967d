"""/api/: never open, whole in its OpenAPI document, clear about what it cannot read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from dashboard.api.hops import HOP_FILTERS

C = "/api/clusters/demo/"
PATHS = (
    "/api/",
    "/api/schema/",
    "/api/clusters/",
    C,
    *(f"{C}{name}/" for name in ("components", "hops", "journeys", "keys", "revisions", "decisions", "rules", "pace")),
    f"{C}components/etcd/",
    f"{C}hops/1/",
    f"{C}journeys/some-uid/",
)
STEP = {"upstream", "step", "source", "target", "sentence", "note", "state", "hop", "revision", "time", "touched"}


@pytest.fixture
def token(settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.DATA_DIR = tmp_path
    (tmp_path / "token").write_text("secret")
    return {"HTTP_AUTHORIZATION": "Bearer secret"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_it_refuses_a_stranger(path: str, token: dict[str, str]) -> None:
    client = Client()
    for how in ({}, {"HTTP_AUTHORIZATION": "Bearer wrong"}, {"HTTP_AUTHORIZATION": "Bearer"}):
        answer = client.get(path, **how)  # type: ignore[arg-type]  # headers are keywords here
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
def test_a_stranger_changes_nothing_either(token: dict[str, str]) -> None:
    client = Client()
    assert client.post("/api/clusters/", {"name": "x"}, content_type="application/json").status_code == 401
    assert client.delete(C).status_code == 401
    assert client.patch(f"{C}components/etcd/", {"running": False}, content_type="application/json").status_code == 401


@pytest.mark.django_db
def test_the_token_and_a_session_open_it(token: dict[str, str], django_user_model: Any) -> None:
    assert Client().get("/api/", **token).status_code == 200  # type: ignore[arg-type]  # headers are keywords here
    client = Client()
    client.force_login(django_user_model.objects.create(username="alice"))
    assert client.get("/api/clusters/").json() == []


@pytest.mark.django_db
def test_a_session_that_writes_needs_the_forms_secret(django_user_model: Any, token: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.create(username="alice"))
    assert client.post("/api/clusters/", {"name": "x"}, content_type="application/json").status_code == 403


@pytest.mark.django_db
def test_what_is_not_there_is_404_in_words(token: dict[str, str]) -> None:
    answer = Client().get("/api/clusters/nowhere/hops/", **token)  # type: ignore[arg-type]  # headers are keywords here
    assert (answer.status_code, answer.json()) == (404, {"detail": 'cluster "nowhere" not found'})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ["{", "[]", '{"name": ""}', '{"name": "x", "nodes": -1}', '{"name": "x", "mode": "y"}', '{"name": "Ä"}']
)
def test_a_body_that_makes_no_cluster_is_400(body: str, token: dict[str, str]) -> None:
    answer = Client().post("/api/clusters/", body, content_type="application/json", **token)  # type: ignore[arg-type]
    assert answer.status_code == 400, answer.content


# --- OpenAPI -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> Any:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def test_the_document_has_every_path_and_no_warnings(document: Any) -> None:
    listed = {path for path in document["paths"] if path != "/api/schema/"}
    resolver = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/")
    declared = {f"/api/{each.pattern}" for each in resolver.url_patterns}
    shape = {path.replace("{slug}", "<slug:slug>") for path in listed}
    assert len(shape) == len(declared) - 1


def test_a_step_and_the_filters_are_described(document: Any) -> None:
    step = document["components"]["schemas"]["StepShown"]
    assert set(step["properties"]) == STEP
    states = document["components"]["schemas"]["StateEnum"]["enum"]
    assert set(states) == {"done", "now", "waiting", "stalled", "refused", "skipped"}
    parameters = {each["name"] for each in document["paths"]["/api/clusters/{slug}/hops/"]["get"]["parameters"]}
    assert {each.name for each in HOP_FILTERS} <= parameters


def test_every_operation_asks_for_token_or_session(document: Any) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert {"token"} <= {name for each in operation["security"] for name in each}, (method, path)
            assert {} not in operation["security"], (method, path)
