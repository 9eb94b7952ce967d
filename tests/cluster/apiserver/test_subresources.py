"""The doors of an object besides its own, and the addresses that Services are given."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.wire import component
from cluster.wire.message import Payload, Request, Response

from .conftest import Home, assert_refused, deployment, pod

NAMESPACE = "/api/v1/namespaces/default"


async def bind(home: Home, node_name: str) -> Response:
    return await home.ask("POST", f"{NAMESPACE}/pods/web/binding", {"target": {"kind": "Node", "name": node_name}})


async def test_a_binding_sets_the_node_and_the_condition(home: Home) -> None:
    await home.client.create("Pod", pod())
    assert (await bind(home, "worker-1")).status == 201
    bound = await home.client.get("Pod", "web", "default")
    (condition,) = bound["status"]["conditions"]
    assert bound["spec"]["nodeName"] == "worker-1"
    assert (condition["type"], condition["status"]) == ("PodScheduled", "True")


async def test_a_pod_is_bound_once(home: Home) -> None:
    await home.client.create("Pod", pod())
    await bind(home, "worker-1")
    message = 'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "worker-1"'
    assert_refused(await bind(home, "worker-2"), 409, "Conflict", message)


async def test_a_status_write_changes_the_status_alone(home: Home) -> None:
    made = await home.client.create("Pod", pod())
    changed = {**made, "spec": {**made["spec"], "containers": []}, "status": {**made["status"], "podIP": "10.0.0.9"}}
    written = await home.client.update("Pod", changed, "status")
    assert written["spec"] == made["spec"]
    assert written["status"]["podIP"] == "10.0.0.9"


async def test_a_plain_write_does_not_change_the_status(home: Home) -> None:
    made = await home.client.create("Pod", pod())
    written = await home.client.update("Pod", {**made, "status": {"phase": "Running"}})
    assert written["status"] == made["status"]


async def test_scale_reads_and_writes_replicas(home: Home) -> None:
    await home.client.create("Deployment", deployment())
    scale = await home.client.get("Deployment", "web", "default", "scale")
    assert (scale["kind"], scale["apiVersion"], scale["spec"]) == ("Scale", "autoscaling/v1", {"replicas": 1})
    assert scale["status"]["selector"] == "app=web"
    path = "/apis/apps/v1/namespaces/default/deployments/web/scale"
    answer = await home.ask("PUT", path, {**scale, "spec": {"replicas": 3}})
    assert (answer.status, answer.body.object["spec"]["replicas"]) == (200, 3)
    patched = await home.ask(
        "PATCH", path, {"spec": {"replicas": 5}}, headers={"content-type": "application/merge-patch+json"}
    )
    assert patched.body.object["spec"]["replicas"] == 5
    assert (await home.client.get("Deployment", "web", "default"))["spec"]["replicas"] == 5
    stale = await home.ask("PUT", path, scale)
    assert stale.status == 409


async def test_logs_are_asked_of_the_pods_kubelet(home: Home) -> None:
    asked: list[str] = []

    async def kubelet(request: Request) -> Response:
        asked.append(f"{request.path} {request.query}")
        return Response(200, Payload(raw=b"hello\n"), {"content-type": "text/plain"})

    home.wire.serve(component.kubelet("worker-1"), kubelet)
    await home.client.create("Pod", pod(nodeName="worker-1"))
    answer = await home.ask("GET", f"{NAMESPACE}/pods/web/log?tailLines=5")
    assert answer.body.raw == b"hello\n"
    assert asked == ["/containerLogs/default/web/main {'tailLines': '5'}"]


async def test_an_eviction_deletes_politely(home: Home) -> None:
    await home.client.create("Pod", pod(nodeName="worker-1"))
    answer = await home.ask("POST", f"{NAMESPACE}/pods/web/eviction", {"deleteOptions": {"gracePeriodSeconds": 3}})
    assert answer.status == 201
    left = await home.client.get("Pod", "web", "default")
    assert left["metadata"]["deletionGracePeriodSeconds"] == 3


def service(name: str = "web", **spec: Any) -> Obj:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"ports": [{"port": 80}], **spec}}


async def test_services_get_addresses_and_keep_them(home: Home) -> None:
    made = await home.client.create("Service", service(type="NodePort"))
    spec = made["spec"]
    assert spec["clusterIP"].startswith("10.96.")
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert 30000 <= spec["ports"][0]["nodePort"] <= 32767
    other = await home.client.create("Service", service("other", type="NodePort"))
    assert other["spec"]["clusterIP"] != spec["clusterIP"]
    assert other["spec"]["ports"][0]["nodePort"] != spec["ports"][0]["nodePort"]
    kept = await home.client.update("Service", {**made, "metadata": {**made["metadata"], "labels": {"a": "b"}}})
    assert kept["spec"] == spec


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            {"clusterIP": "10.96.0.1"},
            'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: '
            "provided IP is already allocated",
        ),
        (
            {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]},
            'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid '
            "range. The range of valid ports is 30000-32767",
        ),
    ],
)
async def test_addresses_that_cannot_be_given(home: Home, spec: Obj, message: str) -> None:
    answer = await home.ask("POST", f"{NAMESPACE}/services", service(**spec))
    assert_refused(answer, 422, "Invalid", message)


async def test_a_taken_node_port_is_refused(home: Home) -> None:
    await home.client.create("Service", service("a", type="NodePort", ports=[{"port": 80, "nodePort": 30080}]))
    answer = await home.ask(
        "POST", f"{NAMESPACE}/services", service("b", type="NodePort", ports=[{"port": 80, "nodePort": 30080}])
    )
    message = 'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated'
    assert_refused(answer, 422, "Invalid", message)


async def test_reviews_answer_and_store_nothing(home: Home) -> None:
    revision = await home.revision()
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    body = {"spec": {"resourceAttributes": {"verb": "create", "resource": "pods", "namespace": "default"}}}
    answers = [await home.ask("POST", path, body, token=token) for token in ("admin-token", "mallory-token")]
    assert [answer.body.object["status"]["allowed"] for answer in answers] == [True, False]
    assert await home.revision() == revision


async def test_a_binding_by_itself_names_its_pod(home: Home) -> None:
    await home.client.create("Pod", pod(schedulerName="mine"))
    labels = {"topology.kubernetes.io/zone": "zone-a", "team": "x"}
    await home.client.create("Node", {"metadata": {"name": "worker-1", "labels": labels}})
    body = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "worker-1"}}
    answer = await home.ask("POST", f"{NAMESPACE}/bindings", body)
    assert (answer.status, answer.body.object["status"]) == (201, "Success")
    bound = await home.client.get("Pod", "web", "default")
    assert bound["spec"]["nodeName"] == "worker-1"
    assert bound["metadata"]["labels"] == {"topology.kubernetes.io/zone": "zone-a"}


@pytest.mark.parametrize(
    ("path", "body", "code", "message"),
    [
        ("bindings", {"target": {"name": "w"}}, 400, "name is required"),
        ("bindings", {"metadata": {"name": "x"}, "target": {"name": "w"}}, 404, 'pods "x" not found'),
        ("pods/web/binding", {"target": {}}, 422, 'Binding "web" is invalid: target.name: Required value'),
        (
            "pods/web/binding",
            {"target": {"kind": "Pod", "name": "w"}},
            422,
            'Binding "web" is invalid: target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
        ),
        (
            "pods/web/binding",
            {"metadata": {"name": "other"}, "target": {"name": "w"}},
            400,
            "name in URL does not match name in Binding object",
        ),
    ],
)
async def test_bindings_that_are_refused(home: Home, path: str, body: Obj, code: int, message: str) -> None:
    await home.client.create("Pod", pod())
    answer = await home.ask("POST", f"{NAMESPACE}/{path}", body)
    assert (answer.status, answer.body.object["message"]) == (code, message)
