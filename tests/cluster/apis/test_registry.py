"""The table as a whole: what discovery tells of it, where its objects are kept."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from cluster.apimachinery import schema
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Kind, Registry

NEEDED = (
    "Namespace", "Node", "Pod", "Event", "ServiceAccount", "Secret", "ConfigMap", "Lease", "Service", "EndpointSlice",
    "ReplicaSet", "ReplicationController", "Deployment", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding",
    "TokenReview", "SelfSubjectReview", "SelfSubjectAccessReview", "SubjectAccessReview", "LocalSubjectAccessReview",
    "SelfSubjectRulesReview", "ResourceQuota", "LimitRange", "Endpoints", "PriorityClass",
)  # fmt: skip
Golden = Callable[[str], list[dict[str, Any]]]


@pytest.mark.parametrize("name", NEEDED)
def test_every_kind_of_this_issue_is_served(name: str) -> None:
    assert REGISTRY.kind(name).kind == name


@pytest.mark.parametrize("kind", REGISTRY.kinds, ids=lambda kind: f"{kind.api_version}/{kind.kind}")
def test_every_entry_names_a_schema_that_exists(kind: Kind) -> None:
    assert schema.type_of(kind.schema).fields


@pytest.mark.parametrize("kind", REGISTRY.kinds, ids=lambda kind: f"{kind.api_version}/{kind.kind}")
def test_every_column_says_what_it_shows(kind: Kind) -> None:
    assert all(
        column.description and column.type in ("string", "integer", "boolean", "date") for column in kind.columns
    )


def test_core_resources_offer_the_verbs_that_real_kubernetes_offers(golden: Golden) -> None:
    ours: dict[str, tuple[str, ...]] = {}
    for kind in REGISTRY.kinds:
        if kind.group:
            continue
        scope = str(kind.namespaced).lower()
        ours[kind.plural] = (kind.kind, scope, ",".join(sorted(kind.verbs)), ",".join(kind.short_names))
        for door in kind.subresources:
            ours[f"{kind.plural}/{door.name}"] = (door.kind or kind.kind, scope, ",".join(sorted(door.verbs)), "")
    lines = golden("raw-apiv1-verbs")[0]["stdout"].splitlines()
    real = {line.split("\t")[0]: tuple(line.split("\t")[1:]) for line in lines}
    assert {name: real[name] for name in ours} == ours
    assert set(ours) == set(real)


def test_short_names_and_scopes_are_those_of_real_kubernetes(golden: Golden) -> None:
    real = {}
    for line in golden("api-resources")[0]["stdout"].splitlines()[1:]:
        *first, api_version, namespaced, kind = line.split()
        real[api_version, kind] = (first[0], first[1] if len(first) > 1 else "", namespaced)
    for kind in REGISTRY.kinds:
        scope = str(kind.namespaced).lower()
        if kind.storage_kind == f"{kind.group}/v2/{kind.kind}":
            continue  # an older version is not told of
        assert real[kind.api_version, kind.kind] == (kind.plural, ",".join(kind.short_names), scope)


def test_groups_are_told_of_in_the_order_of_real_kubernetes(golden: Golden) -> None:
    real = golden("raw-apis")[0]["stdout"].split()
    ours = [f"{group}/{version}" for group, versions in REGISTRY.groups() for version in versions if group]
    assert ours == [each for each in real if each in ours]
    assert REGISTRY.groups()[0] == ("", ["v1"])


def test_get_all_means_pods_services_and_what_keeps_pods() -> None:
    members = {kind.kind for kind in REGISTRY.kinds if "all" in kind.categories}
    controllers = {"ReplicationController", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"}
    assert members == {"Pod", "Service", "HorizontalPodAutoscaler"} | controllers


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Pod", "/registry/pods/ns/x"),
        ("Service", "/registry/services/specs/ns/x"),
        ("Endpoints", "/registry/services/endpoints/ns/x"),
        ("ReplicationController", "/registry/controllers/ns/x"),
        ("Node", "/registry/minions/x"),
        ("Event", "/registry/events/ns/x"),
        ("events.k8s.io/v1/Event", "/registry/events/ns/x"),
        ("ClusterRole", "/registry/clusterroles/x"),
    ],
)
def test_objects_are_kept_under_upstream_s_keys(name: str, key: str) -> None:
    kind = REGISTRY.kind(name)
    assert kind.key("ns" if kind.namespaced else "", "x") == key


def test_a_bare_kind_means_the_one_that_is_stored_as_it_is() -> None:
    assert REGISTRY.kind("Event").group == ""
    assert REGISTRY.kind("events.k8s.io/v1/Event").storage_kind == "Event"


def test_a_bare_kind_does_not_depend_on_the_order_of_the_table() -> None:
    second = dataclasses.replace(REGISTRY.kind("Pod"), group="second.example", storage_kind="Pod")
    assert Registry([second, REGISTRY.kind("Pod")]).kind("Pod").group == ""


def test_no_two_kinds_own_the_same_keys() -> None:
    owners = [kind.key() for kind in REGISTRY.storages()]
    assert len(owners) == len(set(owners))
    assert "TokenReview" not in {kind.kind for kind in REGISTRY.storages()}
    assert {kind.key() for kind in REGISTRY.kinds if kind.stored} == set(owners)


def test_the_table_is_cheap_to_import() -> None:
    code = "import sys, cluster.apis.all_kinds; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"yaml", "jsonschema", "kubernetes_validate", "django"} & set(loaded)
