"""The server as a whole: what it has from the start, restarts, outages, health, discovery, refusals."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from cluster.wire import component
from cluster.wire.message import ConnectionLost

from .conftest import Home, assert_refused, config_map, deployment, pod

NAMESPACE = "/api/v1/namespaces/default"


async def test_every_cluster_has_its_namespaces_roles_and_the_kubernetes_service(home: Home) -> None:
    namespaces = {item["metadata"]["name"] for item in (await home.client.list("Namespace")).items}
    assert {"default", "kube-system", "kube-public", "kube-node-lease"} <= namespaces
    service = await home.client.get("Service", "kubernetes", "default")
    assert service["spec"]["clusterIP"] == "10.96.0.1"
    assert await home.client.get("ClusterRole", "cluster-admin")
    classes = {item["metadata"]["name"]: item["value"] for item in (await home.client.list("PriorityClass")).items}
    assert classes == {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


async def test_a_server_built_anew_goes_on_where_the_old_one_stopped(home: Home) -> None:
    made = await home.client.create("Pod", pod())
    before = await home.revision()
    await home.restart_server()
    assert await home.client.get("Pod", "web", "default") == made
    assert await home.revision() == before


async def test_a_stopped_server_loses_connections_and_ends_watches(home: Home) -> None:
    stream = await home.client.watch("Pod", resourceVersion="1000000")
    await home.stop_server()
    assert stream.closed
    with pytest.raises(ConnectionLost):
        await home.client.get("Namespace", "default")


async def test_writes_wait_for_etcd_then_fail_in_etcds_words(home: Home) -> None:
    home.wire.withdraw(component.ETCD)
    write = asyncio.ensure_future(home.ask("POST", f"{NAMESPACE}/configmaps", config_map()))
    await home.clock.advance(6.5)
    assert not write.done()
    await home.clock.advance(1)
    assert_refused(await write, 500, "InternalError", "etcdserver: request timed out")
    assert (await home.ask("GET", f"{NAMESPACE}/configmaps")).status == 200  # the cache still serves reads


async def test_a_write_that_waited_goes_through_when_etcd_is_back(home: Home) -> None:
    home.wire.withdraw(component.ETCD)
    write = asyncio.ensure_future(home.ask("POST", f"{NAMESPACE}/configmaps", config_map()))
    await home.clock.advance(3)
    home.wire.serve(component.ETCD, home.etcd.handle)
    await home.clock.settle()
    assert (await write).status == 201
    read = asyncio.ensure_future(home.client.get("ConfigMap", "settings", "default"))
    await home.clock.advance(1)
    assert (await read)["metadata"]["name"] == "settings"


async def test_a_server_that_starts_without_etcd_refuses_instead_of_hanging(home: Home) -> None:
    from cluster.apis.all_kinds import REGISTRY
    from cluster.apiserver.server import ApiServer

    await home.stop_server()
    home.wire.withdraw(component.ETCD)
    home.server = ApiServer(home.config, home.clock, home.wire, REGISTRY)
    home.start_server()
    read = asyncio.ensure_future(home.ask("GET", f"{NAMESPACE}/pods"))
    await home.clock.advance(8)
    assert_refused(await read, 500, "InternalError", "etcdserver: request timed out")
    home.wire.serve(component.ETCD, home.etcd.handle)
    await home.clock.advance(1)
    assert (await home.ask("GET", f"{NAMESPACE}/pods")).status == 200


async def test_readyz_follows_etcd(home: Home) -> None:
    assert (await home.ask("GET", "/readyz", token="")).body.raw == b"ok"
    home.wire.withdraw(component.ETCD)
    refused = await home.ask("GET", "/readyz", token="")
    assert refused.status == 500
    assert b"[-]etcd failed: reason withheld" in refused.body.raw
    assert (await home.ask("GET", "/livez?exclude=etcd", token="")).status == 200
    home.wire.serve(component.ETCD, home.etcd.handle)
    verbose = await home.ask("GET", "/readyz?verbose", token="")
    assert verbose.body.raw.endswith(b"readyz check passed\n")


async def test_strangers_and_the_unprivileged_are_refused_at_their_stage(home: Home) -> None:
    stranger = await home.ask("GET", f"{NAMESPACE}/pods", token="nobody")
    assert_refused(stranger, 401, "Unauthorized", "Unauthorized")
    assert stranger.headers["x-kubelearn-stage"] == "authenticate"
    mallory = await home.ask("GET", f"{NAMESPACE}/pods", token="mallory-token")
    message = 'pods is forbidden: User "mallory" cannot list resource "pods" in API group "" in the namespace "default"'
    assert_refused(mallory, 403, "Forbidden", message)
    assert mallory.headers["x-kubelearn-stage"] == "authorize"


@pytest.mark.parametrize(
    ("body", "stage"),
    [
        (b"{", "decode"),
        (orjson.dumps(pod(restartPolicy="Sometimes")), "validate"),
        (orjson.dumps(pod(priorityClassName="x")), "admit"),
    ],
)
async def test_a_refused_write_says_at_which_stage(home: Home, body: bytes, stage: str) -> None:
    answer = await home.ask("POST", f"{NAMESPACE}/pods", raw=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status < 500
    assert answer.headers["x-kubelearn-stage"] == stage


async def test_discovery_lists_what_is_served(home: Home) -> None:
    accept = {"accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"}
    found = (await home.ask("GET", "/apis", headers=accept)).body.object
    assert (found["kind"], found["apiVersion"]) == ("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2")
    apps = next(item for item in found["items"] if item["metadata"]["name"] == "apps")
    resources = {each["resource"]: each for each in apps["versions"][0]["resources"]}
    assert resources["deployments"]["scope"] == "Namespaced"
    scale = next(each for each in resources["deployments"]["subresources"] if each["subresource"] == "scale")
    assert scale["responseKind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    legacy = (await home.ask("GET", "/api/v1")).body.object
    pods = next(each for each in legacy["resources"] if each["name"] == "pods")
    assert (pods["shortNames"], pods["categories"], pods["namespaced"]) == (["po"], ["all"], True)
    assert (await home.ask("GET", "/version")).body.object["gitVersion"].startswith("v1.37.")


async def test_openapi_lets_kubectl_validate_and_explain(home: Home) -> None:
    index = (await home.ask("GET", "/openapi/v3")).body.object["paths"]
    url, _, digest = index["apis/apps/v1"]["serverRelativeURL"].partition("?hash=")
    assert digest
    document = (await home.ask("GET", url)).body.object
    path = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
    assert "fieldValidation" in [each["name"] for each in path["patch"]["parameters"]]
    gvk = {"group": "apps", "version": "v1", "kind": "Deployment"}
    assert path["get"]["x-kubernetes-group-version-kind"] == gvk
    schema = document["components"]["schemas"]["io.k8s.api.apps.v1.Deployment"]
    assert schema["x-kubernetes-group-version-kind"] == [gvk]
    assert schema["properties"]["spec"]["description"]
    older = (await home.ask("GET", "/openapi/v2")).body.object
    assert older["definitions"]["io.k8s.api.apps.v1.Deployment"]["x-kubernetes-group-version-kind"] == [gvk]


@pytest.mark.parametrize(
    ("verb", "path", "code"),
    [
        ("GET", "/api/v1/nonsense", 404),
        ("GET", "/apis/nonsense/v1/pods", 404),
        ("GET", "/nonsense", 404),
        ("GET", "/api/v1/namespaces/default/pods/web/nonsense", 404),
        ("GET", "/api/v1/namespaces/default/../kube-system/pods", 400),
        ("GET", "/api/v1/namespaces/default/pods/a\\b", 400),
        ("POST", "/api/v1/namespaces/default/pods/web", 405),
        ("GET", "/api/v1/pods/web", 404),
        ("POST", "/api/v1/pods", 405),
        ("PUT", "/api/v1/namespaces/default/pods", 405),
        ("OPTIONS", "/api/v1/namespaces/default/pods", 405),
        ("BREW", "/api/v1/namespaces/default/pods", 405),
        ("POST", "/version", 405),
    ],
)
async def test_paths_and_methods_that_do_not_exist(home: Home, verb: str, path: str, code: int) -> None:
    answer = await home.ask(verb, path)
    assert (answer.status, answer.body.object["kind"], answer.body.object["code"]) == (code, "Status", code)


SUPERSCRIPT = "\u00b2"
MERGE = {"content-type": "application/merge-patch+json"}
JSON = {"content-type": "application/json"}
YAML = {"content-type": "application/yaml"}
DEEP = b'{"metadata":{"name":"deep","labels":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}}"
LAUGHS = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (letter, letter, b",".join([b"*%c" % (letter - 1)] * 9)) for letter in range(ord("b"), ord("k"))
)


@pytest.mark.parametrize(
    ("verb", "path", "body", "headers"),
    [
        ("PATCH", f"{NAMESPACE}/pods/web", {"metadata": {"resourceVersion": "abc"}}, MERGE),
        ("PATCH", f"{NAMESPACE}/pods/web", {"metadata": {"resourceVersion": SUPERSCRIPT}}, MERGE),
        ("PATCH", f"{NAMESPACE}/pods/web", {"metadata": "x"}, {"content-type": "application/apply-patch+yaml"}),
        ("PATCH", f"{NAMESPACE}/pods/web", [3], {"content-type": "application/json-patch+json"}),
        (
            "PATCH",
            f"{NAMESPACE}/pods/web",
            {"spec": {"containers": [3]}},
            {"content-type": "application/strategic-merge-patch+json"},
        ),
        ("PATCH", f"{NAMESPACE}/pods/web", {}, {"content-type": "text/plain"}),
        ("PATCH", f"{NAMESPACE}/pods/web", DEEP, MERGE),
        ("PUT", f"{NAMESPACE}/pods/web", b"[" * 100_000, YAML),
        ("PUT", f"{NAMESPACE}/pods/web", b"- " * 100_000, YAML),
        ("PUT", f"{NAMESPACE}/pods/web", b'{"a":' * 100_000, YAML),
        ("PUT", f"{NAMESPACE}/pods/web", {"metadata": {"resourceVersion": SUPERSCRIPT}}, JSON),
        ("PUT", f"{NAMESPACE}/pods/web", {}, JSON),
        ("PUT", f"{NAMESPACE}/pods/web", [], JSON),
        ("GET", f"{NAMESPACE}/pods?resourceVersion={SUPERSCRIPT}", None, {}),
        ("GET", f"{NAMESPACE}/pods?limit={'9' * 5000}", None, {}),
        ("GET", f"{NAMESPACE}/pods?watch=1&resourceVersion={SUPERSCRIPT}", None, {}),
        ("GET", f"{NAMESPACE}/pods?watch=1&timeoutSeconds={SUPERSCRIPT}", None, {}),
        ("GET", f"{NAMESPACE}/pods?continue=nonsense", None, {}),
        ("GET", f"{NAMESPACE}/pods/web/log?tailLines={SUPERSCRIPT}", None, {}),
        ("DELETE", f"{NAMESPACE}/pods/web", {"preconditions": "x"}, JSON),
        ("DELETE", f"{NAMESPACE}/pods/web", {"propagationPolicy": ["x"]}, JSON),
        ("DELETE", f"{NAMESPACE}/pods/web", {"gracePeriodSeconds": "x"}, JSON),
        ("DELETE", f"{NAMESPACE}/pods/web", {"dryRun": {"a": 1}}, JSON),
        ("DELETE", f"{NAMESPACE}/pods/web", [1], JSON),
        ("PUT", "/apis/apps/v1/namespaces/default/deployments/web/scale", {"spec": 3}, JSON),
        ("PUT", "/apis/apps/v1/namespaces/default/deployments/web/scale", {"spec": {"replicas": 2**40}}, JSON),
        ("PATCH", "/apis/apps/v1/namespaces/default/deployments/web/scale", {"spec": {"replicas": "3"}}, MERGE),
        ("POST", f"{NAMESPACE}/pods/web/binding", {"target": "x"}, JSON),
        ("POST", f"{NAMESPACE}/pods/web/binding", {}, JSON),
        ("POST", f"{NAMESPACE}/pods/web/eviction", {"deleteOptions": "x"}, JSON),
        ("POST", f"{NAMESPACE}/pods", None, JSON),
        ("POST", f"{NAMESPACE}/pods", {"metadata": {"name": 5}}, JSON),
        ("POST", f"{NAMESPACE}/pods", {"kind": "Deployment", "apiVersion": "apps/v1"}, JSON),
        ("POST", f"{NAMESPACE}/configmaps", DEEP, JSON),
        ("POST", f"{NAMESPACE}/configmaps", b"a: [", YAML),
        ("POST", f"{NAMESPACE}/configmaps", b"metadata: &a {name: y, labels: *a}", YAML),
        ("POST", f"{NAMESPACE}/configmaps", LAUGHS, YAML),
        (
            "POST",
            f"{NAMESPACE}/configmaps",
            b"k8s\0\xff\xff\xff",
            {"content-type": "application/vnd.kubernetes.protobuf"},
        ),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {}, JSON),
    ],
)
async def test_malformed_requests_are_refused_and_write_nothing(
    home: Home, verb: str, path: str, body: Any, headers: dict[str, str]
) -> None:
    await home.client.create("Pod", pod())
    await home.client.create("Deployment", deployment())
    revision = await home.revision()
    sent = {"raw": body} if isinstance(body, bytes) else {"body": body}
    answer = await home.ask(verb, path, headers=headers, **sent)
    assert 400 <= answer.status < 500, answer.body.object
    assert (answer.body.object["kind"], answer.body.object["code"]) == ("Status", answer.status)
    assert await home.revision() == revision


async def test_yaml_bodies_are_read_as_upstream_reads_them(home: Home) -> None:
    raw = b"metadata: {name: settings}\ndata: {1: one, day: 2020-01-01}\n"
    answer = await home.ask("POST", f"{NAMESPACE}/configmaps", raw=raw, headers=YAML)
    assert (answer.status, answer.body.object["data"]) == (201, {"1": "one", "day": "2020-01-01"})
