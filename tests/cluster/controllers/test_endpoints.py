"""Who stands behind a Service, in both forms."""

from __future__ import annotations

from .conftest import Office

LABELS = {"app": "web"}


async def served(office: Office) -> None:
    await office.start("endpoints", "endpointslice")
    await office.make("Node", "n1", metadata={"labels": {"topology.kubernetes.io/zone": "z"}})
    ports = [{"name": "http", "port": 80, "targetPort": "web"}]
    await office.make("Service", "web", metadata={"labels": LABELS}, spec={"selector": LABELS, "ports": ports})
    named = [{"name": "c", "image": "nginx", "ports": [{"name": "web", "containerPort": 8080}]}]
    for name, ip, ready in (("a", "10.0.0.1", True), ("b", "10.0.0.2", False)):
        await office.pod(name, on="n1", labels=LABELS, containers=named)
        await office.runs(name, ip, ready=ready)


async def test_endpoints_tell_ready_addresses_from_others(office: Office) -> None:
    await served(office)
    found = await office.get("Endpoints", "web")
    [subset] = found["subsets"]
    assert [each["ip"] for each in subset["addresses"]] == ["10.0.0.1"]
    assert [each["ip"] for each in subset["notReadyAddresses"]] == ["10.0.0.2"]
    assert subset["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    assert found["metadata"]["labels"] == {**LABELS, "endpoints.kubernetes.io/managed-by": "endpoint-controller"}


async def test_slices_say_ready_serving_node_and_zone(office: Office) -> None:
    await served(office)
    [each] = [each for each in await office.list("EndpointSlice") if each["metadata"]["name"] != "kubernetes"]
    found = {endpoint["addresses"][0]: endpoint for endpoint in each["endpoints"]}
    assert found["10.0.0.1"]["conditions"] == {"ready": True, "serving": True, "terminating": False}
    assert found["10.0.0.2"]["conditions"] == {"ready": False, "serving": False, "terminating": False}
    assert (found["10.0.0.1"]["nodeName"], found["10.0.0.1"]["zone"]) == ("n1", "z")


async def test_a_pod_that_ends_still_serves_in_the_slice_and_leaves_the_endpoints(office: Office) -> None:
    await served(office)
    await office.delete("Pod", "a")
    [each] = [each for each in await office.list("EndpointSlice") if each["metadata"]["name"] != "kubernetes"]
    found = {endpoint["addresses"][0]: endpoint for endpoint in each["endpoints"]}
    assert found["10.0.0.1"]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    assert "addresses" not in (await office.get("Endpoints", "web"))["subsets"][0]


async def test_both_go_with_their_service(office: Office) -> None:
    await served(office)
    await office.delete("Service", "web")
    assert await office.names("EndpointSlice") == ["kubernetes"]
    assert "web" not in await office.names("Endpoints")
