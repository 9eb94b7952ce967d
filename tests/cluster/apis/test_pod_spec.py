"""What a pod's spec must satisfy: each row is one field gone wrong and upstream's own words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

CONTAINER = [
    ({"name": ""}, "spec.containers[0].name: Required value"),
    ({"image": ""}, "spec.containers[0].image: Required value"),
    ({"image": " x"}, 'spec.containers[0].image: Invalid value: " x": must not have leading or trailing whitespace'),
    (
        {"imagePullPolicy": "Maybe"},
        'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    ),
    (
        {"terminationMessagePolicy": "No"},
        'spec.containers[0].terminationMessagePolicy: Unsupported value: "No": supported values: "File", "FallbackToLogsOnError"',
    ),
    ({"ports": [{}]}, "spec.containers[0].ports[0].containerPort: Required value"),
    (
        {"ports": [{"containerPort": 70000}]},
        "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ),
    (
        {"ports": [{"containerPort": 80, "protocol": "HTTP"}]},
        'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ),
    (
        {"ports": [{"containerPort": 80, "name": "12"}]},
        'spec.containers[0].ports[0].name: Invalid value: "12": must contain at least one letter (a-z)',
    ),
    (
        {"ports": [{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a"}]},
        'spec.containers[0].ports[1].name: Duplicate value: "a"',
    ),
    (
        {"ports": [{"containerPort": 80, "hostPort": 80}, {"containerPort": 81, "hostPort": 80}]},
        'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
    ),
    ({"env": [{"value": "x"}]}, "spec.containers[0].env[0].name: Required value"),
    (
        {"env": [{"name": "a=b"}]},
        'spec.containers[0].env[0].name: Invalid value: "a=b": a valid environment variable name must consist only of '
        "printable ASCII characters other than '='",
    ),
    (
        {"env": [{"name": "A", "valueFrom": {}}]},
        'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, '
        "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
    ),
    (
        {"env": [{"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ),
    (
        {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.bogus"}}}]},
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.bogus": error converting fieldPath: '
        "field label not supported: spec.bogus",
    ),
    (
        {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c"}}}]},
        "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value",
    ),
    ({"envFrom": [{"secretRef": {}}]}, "spec.containers[0].envFrom[0].secretRef.name: Required value"),
    (
        {"envFrom": [{}]},
        'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ),
    ({"volumeMounts": [{"name": "v", "mountPath": "/v"}]}, 'spec.containers[0].volumeMounts[0].name: Not found: "v"'),
    (
        {"resources": {"requests": {"cpu": "-1"}}},
        'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ),
    (
        {"resources": {"requests": {"bogus": "1"}}},
        'spec.containers[0].resources.requests[bogus]: Invalid value: "bogus": must be a standard resource type or fully qualified',
    ),
    (
        {"resources": {"limits": {"example.com/gpu": "1.5"}}},
        'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "1.5": must be an integer',
    ),
    (
        {"resources": {"limits": {"example.com/gpu": "2"}, "requests": {"example.com/gpu": "1"}}},
        'spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2',
    ),
    (
        {"resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}},
        'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ),
    ({"livenessProbe": {}}, "spec.containers[0].livenessProbe: Required value: must specify a handler type"),
    (
        {"livenessProbe": {"exec": {"command": ["a"]}, "tcpSocket": {"port": 1}}},
        "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
    ),
    ({"livenessProbe": {"exec": {}}}, "spec.containers[0].livenessProbe.exec.command: Required value"),
    (
        {"livenessProbe": {"tcpSocket": {"port": 1}, "successThreshold": 2}},
        "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
    ),
    (
        {"readinessProbe": {"httpGet": {"port": 0}}},
        "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
    ),
    (
        {"readinessProbe": {"tcpSocket": {"port": 1}, "periodSeconds": -1}},
        "spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
    ),
    (
        {"restartPolicy": "Sometimes"},
        'spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
    ),
    (
        {"securityContext": {"runAsUser": -1}},
        "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
    ),
    (
        {"securityContext": {"seccompProfile": {"type": "Localhost"}}},
        "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type "
        "is Localhost",
    ),
]
SPEC = [
    ({"containers": []}, "spec.containers: Required value"),
    (
        {"restartPolicy": "Sometimes"},
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ),
    (
        {"dnsPolicy": "Bogus"},
        'spec.dnsPolicy: Unsupported value: "Bogus": supported values: "ClusterFirstWithHostNet", "ClusterFirst", '
        '"Default", "None"',
    ),
    ({"dnsPolicy": "None"}, "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"),
    (
        {"activeDeadlineSeconds": 0},
        "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
    ),
    ({"volumes": [{"name": "v"}, {"name": "v"}]}, 'spec.volumes[1].name: Duplicate value: "v"'),
    ({"volumes": [{}]}, "spec.volumes[0].name: Required value"),
    (
        {"volumes": [{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}]},
        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
    ),
    ({"volumes": [{"name": "v", "secret": {}}]}, "spec.volumes[0].secret.secretName: Required value"),
    (
        {"volumes": [{"name": "v", "hostPath": {"path": "/a/../b"}}]},
        "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
    ),
    (
        {"volumes": [{"name": "v", "configMap": {"name": "c", "items": [{"key": "k", "path": "/p"}]}}]},
        'spec.volumes[0].configMap.items[0].path: Invalid value: "/p": must be a relative path',
    ),
    (
        {"volumes": [{"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}]},
        "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName "
        "is not set",
    ),
    (
        {"tolerations": [{"operator": "Equal"}]},
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means '
        '"match all values and all keys"',
    ),
    (
        {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
        "spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'",
    ),
    (
        {"tolerations": [{"key": "a", "operator": "Near"}]},
        'spec.tolerations[0].operator: Unsupported value: "Near": supported values: "Equal", "Exists"',
    ),
    (
        {"tolerations": [{"key": "a", "effect": "Never"}]},
        'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ),
    (
        {"tolerations": [{"key": "a", "effect": "NoSchedule", "tolerationSeconds": 1}]},
        "spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set",
    ),
    (
        {"schedulingGates": [{"name": "a"}, {"name": "a"}]},
        'spec.schedulingGates[1]: Duplicate value: "a"',
    ),
    (
        {"schedulingGates": [{"name": "a"}], "nodeName": "n"},
        "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
    ),
    (
        {"ephemeralContainers": [{"name": "e", "image": "x"}]},
        "spec.ephemeralContainers: Forbidden: cannot be set on create",
    ),
    (
        {"hostAliases": [{"ip": "x"}]},
        'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ),
    (
        {"topologySpreadConstraints": [{"maxSkew": 0, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}]},
        "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
    ),
    (
        {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}}},
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must "
        "have at least one node selector term",
    ),
    (
        {
            "affinity": {
                "podAntiAffinity": {
                    "preferredDuringSchedulingIgnoredDuringExecution": [
                        {"weight": 101, "podAffinityTerm": {"topologyKey": "zone"}}
                    ]
                }
            }
        },
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be "
        "in the range 1-100",
    ),
    (
        {"initContainers": [{"name": "c", "image": "x"}]},
        'spec.initContainers[0].name: Duplicate value: "c"',
    ),
    (
        {"initContainers": [{"name": "i", "image": "x", "livenessProbe": {"tcpSocket": {"port": 1}}}]},
        "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
    ),
    (
        {"preemptionPolicy": "No"},
        'spec.preemptionPolicy: Unsupported value: "No": supported values: "PreemptLowerPriority", "Never"',
    ),
]


@pytest.mark.parametrize(("container", "fault"), CONTAINER)
def test_a_container_is_refused_in_upstream_s_words(container: Obj, fault: str, pods: Any, a_pod: Any) -> None:
    assert fault in pods.told(pods.made(a_pod(container)))


@pytest.mark.parametrize(("spec", "fault"), SPEC)
def test_a_pod_is_refused_in_upstream_s_words(spec: Obj, fault: str, pods: Any, a_pod: Any) -> None:
    obj = a_pod()
    obj["spec"].update(spec)
    assert pods.told(pods.made(obj)) == [fault]


@pytest.mark.parametrize("name", ["pod.yaml", "fullpod.yaml", "initpod.yaml", "pods3.yaml"])
def test_a_sound_manifest_has_no_faults(name: str, pods: Any, manifest: Any) -> None:
    made = pods.made(manifest(name))
    assert pods.told(made) == []


def test_a_sidecar_may_have_probes(pods: Any, a_pod: Any) -> None:
    sidecar = {"name": "i", "image": "x", "restartPolicy": "Always", "livenessProbe": {"tcpSocket": {"port": 1}}}
    assert pods.told(pods.made(a_pod(initContainers=[sidecar]))) == []


def test_faults_come_in_upstream_s_order(pods: Any) -> None:
    obj: Obj = {
        "metadata": {"name": "A"},
        "spec": {
            "volumes": [{}],
            "containers": [{"name": "C", "image": "x"}],
            "initContainers": [{"name": "I", "image": "x"}],
            "restartPolicy": "Sometimes",
        },
    }
    fields = [fault.partition(":")[0] for fault in pods.told(pods.made(obj))]
    expected = ["metadata.name", "spec.volumes[0].name", "spec.containers[0].name", "spec.initContainers[0].name"]
    assert fields == [*expected, "spec.restartPolicy"]
