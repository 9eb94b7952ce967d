"""What a pod asks of its node."""

from cluster.kubectl.describe import node_resources


def container(cpu: str, **more: str) -> dict[str, object]:
    return {"name": "c", "resources": {"requests": {"cpu": cpu}}, **more}


def test_containers_are_added_up_and_the_largest_init_container_counts() -> None:
    pod = {"spec": {"containers": [container("100m"), container("200m")], "initContainers": [container("1")]}}
    assert node_resources.pod_amounts(pod, "requests") == {"cpu": "1"}
    pod["spec"]["initContainers"] = [container("50m"), container("250m", restartPolicy="Always")]
    assert node_resources.pod_amounts(pod, "requests") == {"cpu": "550m"}
    assert node_resources.pod_amounts(pod, "limits") == {}
