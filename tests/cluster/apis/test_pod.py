"""A Pod before it is written: defaults, quality of service, what a client may not bring."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.core import pod, pod_defaults


def test_a_plain_pod_gets_upstream_s_defaults(pods: Any, a_pod: Any) -> None:
    assert pods.made(a_pod())["spec"] == {
        "containers": [
            {
                "name": "c",
                "image": "nginx:1.27",
                "imagePullPolicy": "IfNotPresent",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": True,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    }


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry.example:5000/nginx", "Always"),
        ("registry.example:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:" + "0" * 64, "IfNotPresent"),
        ("nginx:latest@sha256:" + "0" * 64, "Always"),
        ("", "IfNotPresent"),
    ],
)
def test_an_image_without_a_tag_is_always_pulled(image: str, policy: str) -> None:
    assert pod_defaults.pull_policy(image) == policy


@pytest.mark.parametrize(
    ("container", "path", "value"),
    [
        ({"ports": [{"containerPort": 80}]}, ("ports", 0, "protocol"), "TCP"),
        ({"ports": [{"containerPort": 80, "protocol": ""}]}, ("ports", 0, "protocol"), "TCP"),
        ({"resources": {"limits": {"cpu": "1"}}}, ("resources", "requests"), {"cpu": "1"}),
        (
            {"resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m"}}},
            ("resources", "requests"),
            {"cpu": "100m", "memory": "1Gi"},
        ),
        ({"resources": {"requests": {"cpu": "100u"}}}, ("resources", "requests", "cpu"), "1m"),
        (
            {"livenessProbe": {"httpGet": {"port": 80}}},
            ("livenessProbe", "httpGet"),
            {"port": 80, "path": "/", "scheme": "HTTP"},
        ),
        ({"livenessProbe": {"exec": {"command": ["a"]}}}, ("livenessProbe", "periodSeconds"), 10),
        (
            {"readinessProbe": {"tcpSocket": {"port": 80}, "failureThreshold": 9}},
            ("readinessProbe", "failureThreshold"),
            9,
        ),
        ({"startupProbe": {"grpc": {"port": 80}}}, ("startupProbe", "grpc", "service"), ""),
        ({"lifecycle": {"preStop": {"httpGet": {"port": 80}}}}, ("lifecycle", "preStop", "httpGet", "scheme"), "HTTP"),
        (
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
            ("env", 0, "valueFrom", "fieldRef", "apiVersion"),
            "v1",
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]},
            ("env", 0, "valueFrom", "resourceFieldRef", "divisor"),
            "0",
        ),
    ],
)
def test_a_container_gets_upstream_s_defaults(
    container: Obj, path: tuple[Any, ...], value: Any, pods: Any, a_pod: Any
) -> None:
    found = pods.made(a_pod(container))["spec"]["containers"][0]
    for step in path:
        found = found[step]
    assert found == value


@pytest.mark.parametrize(
    ("volume", "stored"),
    [
        ({}, {"emptyDir": {}}),
        ({"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 420}}),
        ({"configMap": {"name": "c", "defaultMode": 0}}, {"configMap": {"name": "c", "defaultMode": 0}}),
        ({"hostPath": {"path": "/x"}}, {"hostPath": {"path": "/x", "type": ""}}),
        ({"image": {"reference": "a:1"}}, {"image": {"reference": "a:1", "pullPolicy": "IfNotPresent"}}),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {
                "projected": {
                    "defaultMode": 420,
                    "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}],
                }
            },
        ),
    ],
)
def test_a_volume_gets_upstream_s_defaults(volume: Obj, stored: Obj, pods: Any, a_pod: Any) -> None:
    assert pods.made(a_pod(volumes=[{"name": "v", **volume}]))["spec"]["volumes"] == [{"name": "v", **stored}]


def test_the_old_name_of_the_service_account_is_kept_in_step(pods: Any, a_pod: Any) -> None:
    spec = pods.made(a_pod(serviceAccount="bot"))["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("bot", "bot")


def test_a_pod_in_the_host_s_network_has_the_host_s_ports(pods: Any, a_pod: Any) -> None:
    spec = pods.made(a_pod({"ports": [{"containerPort": 80}]}, hostNetwork=True))["spec"]
    assert spec["containers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_a_template_gets_no_requests_from_its_limits(served: Any) -> None:
    container = {"name": "c", "image": "x:1", "resources": {"limits": {"cpu": "1"}}}
    made = served("Deployment").made({"spec": {"template": {"spec": {"containers": [container]}}}})
    spec = made["spec"]["template"]["spec"]
    assert spec["containers"][0]["resources"] == {"limits": {"cpu": "1"}}
    assert "enableServiceLinks" not in spec


def test_defaults_are_filled_in_place_and_only_once(pods: Any, a_pod: Any) -> None:
    made = pods.made(a_pod({"livenessProbe": {"httpGet": {"port": 80}}}, volumes=[{"name": "v"}]))
    before = repr(made)
    pods.kind.default(made)
    assert repr(made) == before


CPU, MEMORY = {"cpu": "1"}, {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("resources", "quality"),
    [
        ([{}], "BestEffort"),
        ([{"requests": CPU}], "Burstable"),
        ([{"limits": MEMORY}], "Guaranteed"),
        ([{"limits": CPU}], "Burstable"),
        ([{"limits": MEMORY, "requests": {"cpu": "500m", "memory": "1Gi"}}], "Burstable"),
        ([{"limits": MEMORY, "requests": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed"),
        ([{"limits": MEMORY}, {}], "Burstable"),
        ([{"limits": MEMORY}, {"limits": MEMORY}], "Guaranteed"),
        ([{"requests": {"cpu": "0"}}], "BestEffort"),
        ([{"requests": {"ephemeral-storage": "1Gi"}}], "BestEffort"),
    ],
)
def test_quality_of_service_is_told_when_a_pod_is_made(resources: list[Obj], quality: str, pods: Any) -> None:
    containers = [{"name": f"c{index}", "image": "x:1", "resources": each} for index, each in enumerate(resources)]
    made = pods.made({"metadata": {"name": "p"}, "spec": {"containers": containers}})
    assert made["status"] == {"phase": "Pending", "qosClass": quality}


def test_an_init_container_counts_for_quality_of_service(a_pod: Any) -> None:
    obj = a_pod({"resources": {"limits": MEMORY, "requests": MEMORY}}, initContainers=[{"name": "i", "image": "x"}])
    assert pod.qos_class(obj) == "Burstable"


def test_a_client_cannot_bring_a_status(pods: Any, a_pod: Any) -> None:
    obj = {**a_pod(), "status": {"phase": "Running", "podIP": "10.0.0.1"}}
    made = pods.made(obj)
    assert made["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    changed = pods.changed(made, status={"phase": "Running"})
    assert changed["status"] == made["status"]


def test_a_gated_pod_says_so(pods: Any, a_pod: Any) -> None:
    made = pods.made(a_pod(schedulingGates=[{"name": "example.com/wait"}]))
    [condition] = made["status"]["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("PodScheduled", "False", "SchedulingGated")
    assert pods.row(made)[2] == "SchedulingGated"


def test_generation_counts_changes_of_the_spec_alone(pods: Any, a_pod: Any) -> None:
    made = pods.made({**a_pod(), "metadata": {"name": "p", "generation": 7}})
    assert made["metadata"]["generation"] == 1
    same = pods.changed(made, metadata={"name": "p", "labels": {"a": "b"}, "generation": 9})
    assert same["metadata"]["generation"] == 1
    newer = pods.changed(made, spec={**made["spec"], "activeDeadlineSeconds": 5})
    assert newer["metadata"]["generation"] == 2


def test_label_keys_of_a_spread_constraint_become_expressions(pods: Any, a_pod: Any) -> None:
    constraint = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["v"]}
    obj = a_pod(topologySpreadConstraints=[{**constraint, "labelSelector": {"matchLabels": {"app": "a"}}}])
    obj["metadata"]["labels"] = {"app": "a", "v": "2"}
    [found] = pods.made(obj)["spec"]["topologySpreadConstraints"]
    assert found["labelSelector"]["matchExpressions"] == [{"key": "v", "operator": "In", "values": ["2"]}]


# --- the status door ------------------------------------------------------------------------------------------------


def test_the_status_door_leaves_everything_else_as_it_was(pods: Any, a_pod: Any) -> None:
    old = pods.made(a_pod())
    owners = [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}]
    metadata = {**old["metadata"], "generation": 5, "labels": {"seen": "yes"}, "ownerReferences": owners}
    new = pods.changed(old, "status", spec={"containers": []}, metadata=metadata, status={"phase": "Running"})
    assert new["spec"] == old["spec"]
    assert new["metadata"] == {**old["metadata"], "labels": {"seen": "yes"}}
    assert new["status"] == {"phase": "Running", "qosClass": "BestEffort"}
    assert pods.told(new, old, "status") == []


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"podIP": "10.0.0.1"}, ("10.0.0.1", [{"ip": "10.0.0.1"}])),
        ({"podIPs": [{"ip": "10.0.0.2"}]}, ("10.0.0.2", [{"ip": "10.0.0.2"}])),
        ({"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.9"}]}, ("10.0.0.1", [{"ip": "10.0.0.1"}])),
    ],
)
def test_one_address_and_the_list_are_kept_in_step(given: Obj, stored: Any, pods: Any, a_pod: Any) -> None:
    new = pods.changed(pods.made(a_pod()), "status", status=given)
    assert (new["status"]["podIP"], new["status"]["podIPs"]) == stored


def test_the_generation_that_a_condition_saw_is_not_forgotten(pods: Any, a_pod: Any) -> None:
    old = pods.made(a_pod())
    old["status"]["conditions"] = [{"type": "Ready", "status": "False", "observedGeneration": 3}]
    new = pods.changed(old, "status", status={"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})
    assert new["status"]["conditions"] == [{"type": "Ready", "status": "True", "observedGeneration": 3}]


ENDED = {"name": "c", "state": {"terminated": {"exitCode": 1}}}
RUNNING = {"name": "c", "state": {"running": {}}}


@pytest.mark.parametrize(
    ("policy", "status", "faults"),
    [
        ("Always", {"containerStatuses": [RUNNING]}, []),
        ("OnFailure", {"containerStatuses": [RUNNING]}, []),
        (
            "Never",
            {"containerStatuses": [RUNNING]},
            ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"],
        ),
        ("Always", {"qosClass": "Guaranteed"}, ['status.qosClass: Invalid value: "Guaranteed": field is immutable']),
        (
            "Always",
            {"podIPs": [{"ip": "x"}]},
            ['status.podIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
        ),
        (
            "Always",
            {"hostIP": "1.1.1.1", "hostIPs": [{"ip": "2.2.2.2"}]},
            ['status.hostIPs[0].ip: Invalid value: "2.2.2.2": must be equal to `hostIP`'],
        ),
        (
            "Always",
            {"observedGeneration": -1},
            ["status.observedGeneration: Invalid value: -1: must be a non-negative integer"],
        ),
        ("Always", {"conditions": [{"type": "example.com/ok", "status": "True"}]}, []),
    ],
)
def test_a_status_has_rules_of_its_own(policy: str, status: Obj, faults: list[str], pods: Any, a_pod: Any) -> None:
    old = pods.made(a_pod(restartPolicy=policy))
    old["status"]["containerStatuses"] = [ENDED]
    assert pods.told(pods.changed(old, "status", status=status), old, "status") == faults


def test_ephemeral_containers_come_through_their_own_door(pods: Any, a_pod: Any) -> None:
    old = pods.made(a_pod())
    debugger = {"name": "d", "image": "busybox:1", "targetContainerName": "c"}
    new = pods.changed(
        old, "ephemeralcontainers", spec={**old["spec"], "ephemeralContainers": [debugger], "hostname": "h"}
    )
    assert pods.told(new, old, "ephemeralcontainers") == []
    assert "hostname" not in new["spec"]
    assert new["metadata"]["generation"] == 2
    gone = pods.changed(new, "ephemeralcontainers", spec=old["spec"])
    text = 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "d" may not be removed\n'
    assert pods.told(gone, new, "ephemeralcontainers") == [text]


def test_a_name_that_is_no_host_name_earns_a_warning(pods: Any, a_pod: Any) -> None:
    dotted = pods.made({**a_pod(), "metadata": {"name": "a.b"}})
    [warning] = pods.kind.warn(dotted, None)
    assert warning.startswith(
        "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior;"
    )
    assert pods.kind.warn(pods.made(a_pod()), None) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("spec.nodeName", "n1"),
        ("spec.hostNetwork", "true"),
        ("status.phase", "Pending"),
        ("status.podIP", ""),
        ("spec.schedulerName", "default-scheduler"),
    ],
)
def test_pods_are_found_by_field(field: str, value: str, pods: Any, a_pod: Any) -> None:
    made = pods.made(a_pod(nodeName="n1", hostNetwork=True))
    assert pods.kind.selectable_fields[field](made) == value
