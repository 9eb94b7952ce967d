"""Discovery: groups, versions, resources."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver.config import Config
from cluster.apiserver.discovery import AGGREGATED, Discovery, storage_version_hash


@pytest.fixture(scope="module")
def discovery() -> Discovery:
    return Discovery(REGISTRY, Config(b"", b""))


def asked(discovery: Discovery, path: str, accept: str = "") -> Any:
    answer = discovery.answer(path, accept)
    return answer.body.object if answer is not None else None


def test_a_version_lists_its_resources_with_upstreams_hash(discovery: Discovery) -> None:
    resources = {each["name"]: each for each in asked(discovery, "/apis/apps/v1")["resources"]}
    assert resources["deployments"]["storageVersionHash"] == "8aSe+NMegvE="
    assert resources["deployments/scale"]["kind"] == "Scale"
    assert resources["deployments"]["shortNames"] == ["deploy"]


def test_what_is_never_stored_has_no_hash(discovery: Discovery) -> None:
    resources = {each["name"]: each for each in asked(discovery, "/api/v1")["resources"]}
    assert "storageVersionHash" not in resources["bindings"]
    assert resources["bindings"]["verbs"] == ["create"]
    assert resources["serviceaccounts/token"]["group"] == "authentication.k8s.io"


def test_both_faces_of_an_event_are_stored_as_one() -> None:
    faces = [kind for kind in REGISTRY.kinds if kind.kind == "Event"]
    assert len({storage_version_hash(kind) for kind in faces}) == 1


def test_the_aggregated_form_has_every_group_at_once(discovery: Discovery) -> None:
    groups = asked(discovery, "/apis", f"application/json;{AGGREGATED}")["items"]
    assert {each["metadata"]["name"] for each in groups} == {group for group, _ in REGISTRY.groups() if group}


@pytest.mark.parametrize("path", ["/apis/nope", "/apis/apps/v9", "/api/v9", "/bogus"])
def test_what_is_not_there_has_no_answer(discovery: Discovery, path: str) -> None:
    assert asked(discovery, path) is None


def test_the_root_names_the_paths(discovery: Discovery) -> None:
    assert "/apis/apps/v1" in asked(discovery, "/")["paths"]
