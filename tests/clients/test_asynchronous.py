"""The asynchronous clients: kubernetes_asyncio, kr8s, lightkube."""

from __future__ import annotations

import kr8s
import kubernetes_asyncio
import lightkube
import pytest
from kr8s.asyncio.objects import Deployment as AsyncDeployment
from kubernetes_asyncio import client, config, watch
from kubernetes_asyncio.stream import WsApiClient
from lightkube.core.exceptions import ApiError
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Namespace, Pod
from lightkube.types import PatchType

from tests.installation import Installation


def pod(name: str) -> client.V1Pod:
    container = client.V1Container(name="main", image="busybox", command=["sleep", "3600"])
    return client.V1Pod(metadata=client.V1ObjectMeta(name=name), spec=client.V1PodSpec(containers=[container]))


async def test_kubernetes_asyncio(running: Installation) -> None:
    await config.load_kube_config(str(running.kubeconfig))
    async with client.ApiClient() as api:
        core = client.CoreV1Api(api)
        start = (await core.list_namespaced_pod("default")).metadata.resource_version
        await core.create_namespaced_pod("default", pod("waited"))
        async with watch.Watch() as watching:
            stream = watching.stream(core.list_namespaced_pod, "default", resource_version=start, timeout_seconds=20)
            async for event in stream:
                if event["object"].metadata.name == "waited" and event["object"].status.phase == "Running":
                    break
        async with WsApiClient() as sockets:
            said = await client.CoreV1Api(sockets).connect_get_namespaced_pod_exec(
                "waited", "default", command=["echo", "hello"], stdout=True, stderr=True, stdin=False, tty=False
            )
        assert said == "hello\n"
        await core.delete_namespaced_pod("waited", "default", grace_period_seconds=0)
        with pytest.raises(kubernetes_asyncio.client.exceptions.ApiException) as caught:
            await core.read_namespaced_pod("waited", "default")
        assert caught.value.status == 404


@pytest.mark.filterwarnings("ignore:Kubernetes version:UserWarning")
async def test_kr8s(running: Installation) -> None:
    api = await kr8s.asyncio.api(kubeconfig=str(running.kubeconfig))
    assert (await api.version())["minor"] == "37"
    made = await AsyncDeployment(
        {
            "metadata": {"name": "kr8s", "namespace": "default"},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": {"app": "kr8s"}},
                "template": {
                    "metadata": {"labels": {"app": "kr8s"}},
                    "spec": {"containers": [{"name": "main", "image": "nginx"}]},
                },
            },
        },
        api=api,
    )
    await made.create()
    await made.wait("condition=Available", timeout=20)
    await made.scale(2)
    await made.wait("jsonpath='{.status.readyReplicas}'=2", timeout=20)
    pods = [each async for each in api.get("pods", namespace="default", label_selector="app=kr8s")]
    assert len(pods) == 2
    await pods[0].wait("condition=Ready", timeout=20)
    done = await pods[0].exec(["echo", "hello"])
    assert done.stdout == b"hello\n"
    async with pods[0].portforward(remote_port=80) as port:
        assert port
    await made.patch({"metadata": {"labels": {"colour": "red"}}})
    assert made.labels["colour"] == "red"
    await made.delete(propagation_policy="Foreground")
    await made.wait("delete", timeout=20)


def test_lightkube(running: Installation) -> None:
    asked = lightkube.Client(
        config=lightkube.KubeConfig.from_file(str(running.kubeconfig)), namespace="default", field_manager="lightkube"
    )
    assert {each.metadata.name for each in asked.list(Namespace)} >= {"default", "kube-system"}
    labels = {"app": "lightkube"}
    spec = DeploymentSpec(
        replicas=1,
        selector=LabelSelector(matchLabels=labels),
        template=PodTemplateSpec(
            metadata=ObjectMeta(labels=labels), spec=PodSpec(containers=[Container(name="main", image="nginx")])
        ),
    )
    asked.create(Deployment(metadata=ObjectMeta(name="lightkube", namespace="default"), spec=spec))
    ready = asked.wait(Deployment, "lightkube", for_conditions=["Available"])
    assert ready.status.readyReplicas == 1
    scale = asked.get(Deployment.Scale, "lightkube")
    assert (scale.spec.replicas, scale.status.selector) == (1, "app=lightkube")
    applied = asked.apply(
        ConfigMap(metadata=ObjectMeta(name="light", namespace="default"), data={"one": "1"}), field_manager="lightkube"
    )
    assert applied.metadata.managedFields[0].operation == "Apply"
    patched = asked.patch(ConfigMap, "light", {"data": {"two": "2"}}, patch_type=PatchType.MERGE)
    assert patched.data == {"one": "1", "two": "2"}
    with pytest.raises(ApiError) as caught:
        asked.apply(
            ConfigMap(metadata=ObjectMeta(name="light", namespace="default"), data={"two": "3"}), field_manager="other"
        )
    assert caught.value.status.reason == "Conflict"
    for event, found in asked.watch(Pod, labels=labels):
        assert event in ("ADDED", "MODIFIED")
        assert found.metadata.labels["app"] == "lightkube"
        break
    roles = create_namespaced_resource("rbac.authorization.k8s.io", "v1", "Role", "roles")
    asked.create(roles(metadata=ObjectMeta(name="light", namespace="default"), rules=[]))
    assert [each.metadata.name for each in asked.list(roles)] == ["light"]
    asked.delete(Deployment, "lightkube")
