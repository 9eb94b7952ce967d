"""Every kind that discovery tells of is really served: made, read, listed, shown as a table, patched, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Kind
from cluster.wire import component
from cluster.wire.message import NOTHING, Request, Response

from .conftest import Home

TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
MERGE = {"content-type": "application/merge-patch+json"}
PEM = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
RULES: Obj = {
    "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}]
}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
BODIES: dict[str, Obj] = {
    "APIService": {
        "metadata": {"name": "v1.x.io"},
        "spec": {"group": "x.io", "version": "v1", "groupPriorityMinimum": 1, "versionPriority": 1},
    },
    "CertificateSigningRequest": {"spec": {"request": PEM, "signerName": "a.io/b", "usages": ["client auth"]}},
    "ClusterTrustBundle": {"spec": {"trustBundle": "-----BEGIN CERTIFICATE-----"}},
    "CSIStorageCapacity": {"storageClassName": "fast"},
    "DeviceTaintRule": {"spec": {"taint": {"key": "a", "effect": "NoSchedule"}}},
    "FlowSchema": {"spec": {"priorityLevelConfiguration": {"name": "exempt"}}},
    "Ingress": {"spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}},
    "IngressClass": {"spec": {"controller": "a.io/b"}},
    "IPAddress": {"metadata": {"name": "10.96.0.9"}, "spec": {"parentRef": {"resource": "services", "name": "web"}}},
    "MutatingAdmissionPolicy": {
        "spec": {
            "reinvocationPolicy": "Never",
            "matchConstraints": RULES,
            "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[]"}}],
        }
    },
    "MutatingAdmissionPolicyBinding": {"spec": {"policyName": "p"}},
    "PersistentVolume": {
        "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp"}}
    },
    "PersistentVolumeClaim": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    },
    "PodTemplate": {"template": TEMPLATE},
    "PriorityLevelConfiguration": {"spec": {"type": "Exempt"}},
    "ResourceSlice": {"spec": {"driver": "d.io", "pool": {"name": "p", "resourceSliceCount": 1}, "allNodes": True}},
    "RuntimeClass": {"handler": "runc"},
    "ServiceCIDR": {"spec": {"cidrs": ["10.112.0.0/12"]}},
    "StorageClass": {"provisioner": "a.io/b"},
    "StorageVersionMigration": {"spec": {"resource": {"group": "", "resource": "pods"}}},
    "ValidatingAdmissionPolicy": {"spec": {"matchConstraints": RULES, "validations": [{"expression": "true"}]}},
    "ValidatingAdmissionPolicyBinding": {"spec": {"policyName": "p", "validationActions": ["Deny"]}},
    "VolumeAttachment": {"spec": {"attacher": "a", "nodeName": "n", "source": {"persistentVolumeName": "v"}}},
    "VolumeAttributesClass": {"driverName": "d.io", "parameters": {"a": "b"}},
    "CSIDriver": {},
    "CSINode": {"spec": {"drivers": []}},
    "DeviceClass": {"spec": {}},
    "MutatingWebhookConfiguration": {},
    "NetworkPolicy": {},
    "ResourceClaim": {"spec": {}},
    "ResourceClaimTemplate": {"spec": {}},
    "ValidatingWebhookConfiguration": {},
}


def kinds() -> Iterator[Kind]:
    return (kind for kind in REGISTRY.kinds if kind.kind in BODIES)


async def test_every_kind_is_made_read_patched_and_deleted(home: Home) -> None:
    for kind in kinds():
        body: dict[str, Any] = BODIES[kind.kind]
        name = body.get("metadata", {}).get("name", "x")
        many = kind.path("default" if kind.namespaced else "")
        sent = {"apiVersion": kind.api_version, "kind": kind.kind, **body, "metadata": {"name": name}}
        made = await home.ask("POST", f"{many}?fieldValidation=Strict", sent)
        assert made.status == 201, (kind.kind, made.body.object)
        table = await home.ask("GET", many, headers=TABLE)
        assert len(table.body.object["columnDefinitions"]) == len(kind.columns)
        assert name in [row["cells"][0] for row in table.body.object["rows"]]
        labelled = await home.ask("PATCH", f"{many}/{name}", {"metadata": {"labels": {"a": "b"}}}, headers=MERGE)
        assert labelled.body.object["metadata"]["labels"] == {"a": "b"}, kind.kind
        for key, value in made.body.object.items():
            assert key == "metadata" or labelled.body.object[key] == value
        assert (await home.ask("DELETE", f"{many}/{name}")).status == 200
        assert (await home.ask("GET", f"{many}/{name}")).status == 404


async def test_a_component_status_tells_whether_a_component_answers(home: Home) -> None:
    async def well(request: Request) -> Response:
        return Response(200, NOTHING)

    home.wire.serve(component.SCHEDULER, well)
    listed = (await home.ask("GET", "/api/v1/componentstatuses", headers=TABLE)).body.object
    rows = {row["cells"][0]: row["cells"][1:3] for row in listed["rows"]}
    assert rows["scheduler"] == rows["etcd-0"] == ["Healthy", "ok"]
    assert rows["controller-manager"][0] == "Unhealthy"
    answer = await home.ask("GET", "/api/v1/componentstatuses/scheduler")
    assert answer.body.object["conditions"][0]["status"] == "True"
    assert answer.headers["warning"] == '299 - "v1 ComponentStatus is deprecated in v1.19+"'
    assert (await home.ask("GET", "/api/v1/componentstatuses/nobody")).status == 404
    assert (await home.ask("POST", "/api/v1/componentstatuses", {})).status == 405


@pytest.mark.parametrize("path", ["/apis/networking.k8s.io/v1/ingresses", "/api/v1/persistentvolumes"])
async def test_a_new_kind_is_watched(path: str, home: Home) -> None:
    answer = await home.ask("GET", f"{path}?watch=true")
    assert answer.status == 200
    assert answer.stream is not None
    answer.stream.close()
