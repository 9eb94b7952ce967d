"""The official Python client: typed and dynamic, watches that resume, streams, leader election."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import yaml
from kubernetes import client, config, dynamic, stream, utils, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

from tests.installation import Installation, until

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: typed, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: typed}}
  template:
    metadata: {labels: {app: typed}}
    spec:
      containers:
      - {name: main, image: nginx, resources: {requests: {cpu: 10m}}}
"""
WIDGETS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.clients.example}
spec:
  group: clients.example
  names: {plural: gadgets, singular: gadget, kind: Gadget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""


@pytest.fixture(scope="module")
def api(running: Installation) -> Iterator[client.ApiClient]:
    with config.new_client_from_config(str(running.kubeconfig)) as found:
        yield found


def test_typed_objects_go_both_ways(api: client.ApiClient) -> None:
    apps, core = client.AppsV1Api(api), client.CoreV1Api(api)
    utils.create_from_dict(api, yaml.safe_load(DEPLOYMENT))
    until(lambda: apps.read_namespaced_deployment("typed", "default").status.ready_replicas == 2)
    pods = core.list_namespaced_pod("default", label_selector="app=typed", field_selector="status.phase=Running")
    assert len(pods.items) == 2
    assert pods.items[0].metadata.creation_timestamp.tzinfo is not None
    assert pods.items[0].spec.containers[0].resources.requests == {"cpu": "10m"}
    apps.patch_namespaced_deployment_scale("typed", "default", {"spec": {"replicas": 1}})
    until(lambda: apps.read_namespaced_deployment_status("typed", "default").status.replicas == 1)
    found = apps.read_namespaced_deployment("typed", "default")
    found.metadata.annotations["note"] = "kept"
    assert apps.replace_namespaced_deployment("typed", "default", found).metadata.annotations["note"] == "kept"
    found.metadata.resource_version = "1"
    with pytest.raises(ApiException) as caught:
        apps.replace_namespaced_deployment("typed", "default", found)
    assert caught.value.status == 409
    apps.delete_namespaced_deployment("typed", "default", propagation_policy="Foreground")
    until(lambda: not core.list_namespaced_pod("default", label_selector="app=typed").items)


def test_the_other_apis_answer_their_types(api: client.ApiClient) -> None:
    assert client.VersionApi(api).get_code().minor == "37"
    assert "apps" in [group.name for group in client.ApisApi(api).get_api_versions().groups]
    assert client.CoreV1Api(api).get_api_resources().resources
    assert client.RbacAuthorizationV1Api(api).list_cluster_role().items
    review = client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(
            resource_attributes=client.V1ResourceAttributes(verb="list", resource="pods")
        )
    )
    assert client.AuthorizationV1Api(api).create_self_subject_access_review(review).status.allowed
    account = client.CoreV1Api(api).create_namespaced_service_account_token(
        "default", "default", client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=[]))
    )
    assert account.status.token.count(".") == 2
    pages, token = [], None
    while token is None or token:
        page = client.RbacAuthorizationV1Api(api).list_cluster_role(limit=20, **({"_continue": token} if token else {}))
        pages.append(len(page.items))
        token = page.metadata._continue or ""
    assert len(pages) > 2
    assert set(pages[:-1]) == {20}


def test_dynamic_objects_of_a_kind_that_is_new(api: client.ApiClient) -> None:
    utils.create_from_dict(api, yaml.safe_load(WIDGETS))
    extensions = client.ApiextensionsV1Api(api)

    def established() -> bool:
        conditions = extensions.read_custom_resource_definition("gadgets.clients.example").status.conditions or []
        return any(each.type == "Established" and each.status == "True" for each in conditions)

    until(established)
    gadgets = dynamic.DynamicClient(api).resources.get(api_version="clients.example/v1", kind="Gadget")
    body = {"kind": "Gadget", "apiVersion": "clients.example/v1", "metadata": {"name": "one"}, "spec": {"size": 1}}
    assert gadgets.create(body=body, namespace="default").spec.size == 1
    gadgets.patch(
        body={"spec": {"size": 2}}, name="one", namespace="default", content_type="application/merge-patch+json"
    )
    applied = gadgets.server_side_apply(
        body={**body, "spec": {"colour": "red"}}, name="one", namespace="default", field_manager="test"
    )
    assert (applied.spec.size, applied.spec.colour) == (2, "red")
    gadgets.status.patch(
        body={"status": {"ok": True}}, name="one", namespace="default", content_type="application/merge-patch+json"
    )
    assert gadgets.get(name="one", namespace="default").status.ok is True
    assert [each.metadata.name for each in gadgets.get(namespace="default").items] == ["one"]
    assert [event["type"] for event in gadgets.watch(namespace="default", timeout=1)] == ["ADDED"]
    gadgets.delete(name="one", namespace="default")


def test_a_watch_goes_on_where_it_was(api: client.ApiClient) -> None:
    core, watching, seen = client.CoreV1Api(api), watch.Watch(), []
    start = core.list_namespaced_config_map("default").metadata.resource_version

    def make(name: str) -> None:
        core.create_namespaced_config_map("default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name)))

    make("seen-1")
    make("seen-2")
    for event in watching.stream(core.list_namespaced_config_map, "default", resource_version=start, timeout_seconds=5):
        seen.append((event["type"], event["object"].metadata.name))
        if len(seen) == 2:
            watching.stop()
    make("seen-3")
    core.delete_namespaced_config_map("seen-1", "default")
    again = watch.Watch()
    resumed = again.stream(
        core.list_namespaced_config_map, "default", resource_version=watching.resource_version, timeout_seconds=5
    )
    for event in resumed:
        seen.append((event["type"], event["object"].metadata.name))
        if len(seen) == 4:
            again.stop()
    assert seen == [("ADDED", "seen-1"), ("ADDED", "seen-2"), ("ADDED", "seen-3"), ("DELETED", "seen-1")]


def test_a_watch_ends_in_time_and_starts_again_by_itself(api: client.ApiClient) -> None:
    core, seen = client.CoreV1Api(api), []
    start = core.list_namespaced_secret("default").metadata.resource_version
    began = time.monotonic()
    for event in watch.Watch().stream(
        core.list_namespaced_secret, "default", resource_version=start, timeout_seconds=1
    ):
        seen.append(event)
    assert not seen
    assert 0.9 <= time.monotonic() - began < 5


def test_logs_and_a_command_in_a_container(api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    container = client.V1Container(name="main", image="busybox", command=["sh", "-c", "echo started; sleep 3600"])
    core.create_namespaced_pod(
        "default",
        client.V1Pod(metadata=client.V1ObjectMeta(name="said"), spec=client.V1PodSpec(containers=[container])),
    )
    until(lambda: core.read_namespaced_pod("said", "default").status.phase == "Running")
    assert core.read_namespaced_pod_log("said", "default") == "started\n"
    lines = watch.Watch().stream(core.read_namespaced_pod_log, "said", "default", tail_lines=1, follow=True)
    assert next(iter(lines)) == "started"
    answer = stream.stream(
        core.connect_get_namespaced_pod_exec,
        "said",
        "default",
        command=["sh", "-c", "echo out; exit 3"],
        stdout=True,
        stderr=True,
        _preload_content=False,
    )
    answer.run_forever(timeout=10)
    assert answer.read_stdout() == "out\n"
    assert answer.returncode == 3
    core.delete_namespaced_pod("said", "default", grace_period_seconds=0)


def test_one_of_two_candidates_leads_until_it_renews_no_more(api: client.ApiClient) -> None:
    client.Configuration.set_default(api.configuration)

    def candidate(name: str) -> leaderelection.LeaderElection:
        lock = LeaseLock("lead", "default", name)
        chosen = electionconfig.Config(lock, 3, 2, 1, onstarted_leading=print, onstopped_leading=print)
        return leaderelection.LeaderElection(chosen)

    def holder() -> str:
        found: str = client.CoordinationV1Api(api).read_namespaced_lease("lead", "default").spec.holder_identity
        return found

    first, second = candidate("first"), candidate("second")
    assert first.try_acquire_or_renew()
    assert not second.try_acquire_or_renew()
    assert first.try_acquire_or_renew()
    assert not second.try_acquire_or_renew()
    assert holder() == "first"
    time.sleep(3.1)
    assert second.try_acquire_or_renew()
    assert not first.try_acquire_or_renew()
    assert holder() == "second"
