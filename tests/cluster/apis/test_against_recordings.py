"""What real Kubernetes stored and answered, as recorded through kubectl, next to what the table makes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from cluster.apimachinery.meta import Obj
from cluster.apis.all_kinds import REGISTRY

Golden = Callable[[str], list[dict[str, Any]]]
PRINTED = re.compile(r"^printf '(.*)' \| kubectl create -f -$", re.S)


def typed_in(command: str) -> Obj | None:
    """The object that a recorded command created from its own text."""
    match = PRINTED.match(command)
    return yaml.safe_load(match.group(1).replace("\\n", "\n")) if match else None


@pytest.mark.parametrize("case", ["invalid-pod", "invalid-resources", "invalid-misc"])
def test_an_invalid_object_is_refused_in_the_same_words(case: str, golden: Golden, served: Any) -> None:
    compared = 0
    for step in golden(case):
        obj = typed_in(step["cmd"])
        if (
            obj is None
            or " is invalid: " not in step["stderr"]
            or obj["kind"] not in {kind.kind for kind in REGISTRY.kinds}
        ):
            continue
        obj["metadata"]["namespace"] = "default"
        lines = [line.rstrip() for line in served(obj["kind"]).refusal(obj).splitlines()]
        assert lines == [line.rstrip() for line in step["stderr"].rstrip().splitlines()]
        compared += 1
    assert compared


def test_an_invalid_deployment_is_refused_in_the_same_words(golden: Golden, served: Any, manifest: Any) -> None:
    other, without, negative = (manifest("deploy.yaml") for _ in range(3))
    other["spec"]["selector"]["matchLabels"]["app"] = "other"
    del without["spec"]["selector"]
    negative["spec"]["replicas"] = -1
    for step, obj in zip(golden("invalid-deployment"), (other, without, negative), strict=True):
        lines = [line.rstrip() for line in served("Deployment").refusal(obj).splitlines()]
        assert lines == [line.rstrip() for line in step["stderr"].rstrip().splitlines()]


def test_a_bad_name_is_refused_in_the_same_words(golden: Golden, pods: Any) -> None:
    obj = {"metadata": {"name": "Bad_Name"}, "spec": {"containers": [{"name": "Bad_Name", "image": "nginx"}]}}
    lines = [line.rstrip() for line in pods.refusal(obj).splitlines()]
    assert lines == [line.rstrip() for line in golden("run-invalid-name")[0]["stderr"].rstrip().splitlines()]


def test_a_cluster_ip_that_changes_is_refused_in_the_same_words(golden: Golden, served: Any) -> None:
    services = served("Service")
    old = services.made({"metadata": {"name": "web"}, "spec": {"clusterIP": "10.96.0.9", "ports": [{"port": 80}]}})
    new = services.changed(old, spec={**old["spec"], "clusterIP": "10.96.77.77"})
    [fault] = services.told(new, old)
    assert golden("replace-immutable")[0]["stderr"].rstrip() == f'The Service "web" is invalid: {fault}'


def test_a_deployment_is_stored_with_the_same_defaults(golden: Golden, served: Any, manifest: Any) -> None:
    stored = yaml.safe_load(golden("get-yaml-deployment")[0]["stdout"])
    made = served("Deployment").made(manifest("deploy.yaml"))
    assert made["spec"] == stored["spec"]
    assert made["metadata"]["generation"] == stored["metadata"]["generation"]


def test_a_new_deployment_s_status_is_empty(golden: Golden, served: Any) -> None:
    stored = yaml.safe_load(golden("create-deployment-dry-server")[0]["stdout"])
    labels, container = {"app": "web"}, {"image": "nginx:1.27", "name": "nginx"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    made = served("Deployment").made({"metadata": {"name": "web"}, "spec": spec})
    assert (made["spec"], made["status"]) == (stored["spec"], stored["status"])


def test_a_replica_set_adds_nothing_to_what_its_deployment_gave_it(golden: Golden, served: Any) -> None:
    stored = json.loads(golden("get-json-replicaset")[0]["stdout"])
    assert served("ReplicaSet").made({"spec": stored["s"]})["spec"] == stored["s"]


def test_a_service_is_stored_with_the_same_defaults(golden: Golden, served: Any, manifest: Any) -> None:
    stored = yaml.safe_load(golden("get-yaml-service")[0]["stdout"])
    given = {name: stored["spec"][name] for name in ("clusterIP", "clusterIPs")}
    made = served("Service").made(manifest("svc.yaml"))
    assert {**made["spec"], **given} == stored["spec"]
    assert made["status"] == stored["status"]


def test_a_namespace_is_stored_with_its_finalizer_its_label_and_its_phase(golden: Golden, served: Any) -> None:
    stored = yaml.safe_load(golden("get-yaml-namespace")[0]["stdout"])
    name = stored["metadata"]["name"]
    made = served("Namespace").made({"metadata": {"name": name}})
    assert (made["spec"], made["status"]) == (stored["spec"], stored["status"])
    assert made["metadata"]["labels"] == stored["metadata"]["labels"]


def test_a_config_map_is_stored_as_it_was_sent(golden: Golden, served: Any, manifest: Any) -> None:
    stored = yaml.safe_load(golden("get-yaml-configmap")[0]["stdout"])
    made = served("ConfigMap").made(manifest("cm.yaml"))
    assert set(made) == set(stored)
    assert made["data"] == stored["data"]


def test_nodes_are_shown_in_the_same_columns(golden: Golden, served: Any, manifest: Any) -> None:
    nodes = served("Node")
    made = nodes.made(manifest("nodes.yaml"))
    made["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    made["status"]["addresses"] = [{"type": "InternalIP", "address": "127.0.0.1"}]
    head, first, *_ = golden("get-nodes")[1]["stdout"].splitlines()
    assert [column.name.upper() for column in nodes.kind.columns] == re.split(r"\s{2,}", head.strip())
    real = re.split(r"\s{2,}", first.strip())
    ours = nodes.row(made, wide=True)
    assert [cell for index, cell in enumerate(ours) if index != 3] == [
        cell for index, cell in enumerate(real) if index != 3
    ]


@pytest.mark.parametrize(
    ("case", "step", "kind", "wide"),
    [
        ("get-pods-wide", 0, "Pod", True),
        ("get-deploy-wide", 0, "Deployment", True),
        ("get-deploy-wide", 1, "ReplicaSet", True),
        ("create-service-kinds", 4, "Service", False),
        ("create-secret-generic", 1, "Secret", False),
        ("create-serviceaccount-token", 1, "ServiceAccount", False),
        ("create-priorityclass", 1, "PriorityClass", True),
        ("create-quota", 1, "ResourceQuota", False),
        ("get-system", 0, "Namespace", False),
        ("endpointslices", 0, "EndpointSlice", False),
        ("endpointslices", 2, "Endpoints", False),
        ("events-deployment", 0, "Event", False),
    ],
)
def test_a_kind_is_shown_in_the_same_columns(case: str, step: int, kind: str, wide: bool, golden: Golden) -> None:
    columns = [column for column in REGISTRY.kind(kind).columns if wide or column.priority == 0]
    head = golden(case)[step]["stdout"].splitlines()[0]
    assert re.split(r"\s{2,}", head.strip()) == [column.name.upper() for column in columns]


def test_services_of_every_type_are_shown_in_the_same_cells(golden: Golden, served: Any) -> None:
    services = served("Service")
    specs: list[Obj] = [
        {"type": "ClusterIP", "ports": [{"port": 80, "protocol": "TCP"}]},
        {"type": "NodePort", "ports": [{"port": 80, "protocol": "TCP", "nodePort": 30889}]},
        {"type": "LoadBalancer", "ports": [{"port": 443, "protocol": "TCP", "nodePort": 30438}]},
        {"type": "ExternalName", "externalName": "example.com"},
    ]
    for line, spec in zip(golden("create-service-kinds")[4]["stdout"].splitlines()[1:], specs, strict=True):
        name, kind, ip, external, ports, _ = line.split()
        if ip != "<none>":
            spec["clusterIPs"] = [ip]
        assert services.row({"metadata": {"name": name}, "spec": spec})[:5] == [name, kind, ip, external, ports]
