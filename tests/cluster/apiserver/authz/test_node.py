"""The node authorizer: a kubelet may do what its node and its pods need."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz import node
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.authz.authorizer import Authorizer

KUBELET = User("system:node:w1", groups=("system:nodes", "system:authenticated"))
SECRET = Attributes("get", "", "v1", "secrets", namespace="shop", name="pw")


def pod(**spec: Any) -> Obj:
    metadata = {"name": "web", "namespace": "shop"}
    return {"kind": "Pod", "metadata": metadata, "spec": {"nodeName": "w1", "containers": [container()], **spec}}


def volume(**source: Any) -> Obj:
    return pod(volumes=[{"name": "v", **source}])


def container(**more: Any) -> Obj:
    return {"name": "main", "image": "nginx", **more}


@pytest.mark.parametrize(
    "reader_pod",
    [
        volume(secret={"secretName": "pw"}),
        volume(projected={"sources": [{"secret": {"name": "pw"}}]}),
        volume(csi={"driver": "d", "nodePublishSecretRef": {"name": "pw"}}),
        pod(imagePullSecrets=[{"name": "pw"}]),
        pod(containers=[container(envFrom=[{"secretRef": {"name": "pw"}}])]),
        pod(initContainers=[container(env=[{"name": "P", "valueFrom": {"secretKeyRef": {"name": "pw", "key": "k"}}}])]),
    ],
    ids=["volume", "projected", "csi", "image pull", "envFrom", "env of an init container"],
)
def test_a_kubelet_reads_the_secret_that_its_pod_names(reader_pod: Obj, shelf: Any) -> None:
    shelf.put(reader_pod)
    authorizer = Authorizer(shelf)
    assert authorizer.allows(KUBELET, SECRET) is not None
    assert authorizer.allows(KUBELET, SECRET._replace(resource="configmaps")) is None
    assert authorizer.allows(KUBELET, SECRET._replace(namespace="default")) is None
    assert authorizer.allows(User("system:node:w2", groups=("system:nodes",)), SECRET) is None


@pytest.mark.parametrize("name", ["nginx", "main", "w1", "v"])
def test_any_other_word_of_a_pod_is_no_secret_of_it(name: str, shelf: Any) -> None:
    shelf.put(volume(secret={"secretName": "pw"}))
    assert Authorizer(shelf).allows(KUBELET, SECRET._replace(name=name)) is None


def test_a_secret_refused_before_the_pod_came_is_read_once_it_is_there(shelf: Any) -> None:
    authorizer = Authorizer(shelf)
    assert authorizer.allows(KUBELET, SECRET) is None
    shelf.objects["Pod", "shop", "web"] = volume(secret={"secretName": "pw"})  # no RBAC object changes
    assert authorizer.allows(KUBELET, SECRET) is not None


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (Attributes("patch", "", "v1", "nodes", "status", name="w1"), True),
        (Attributes("patch", "", "v1", "nodes", "status", name="w2"), False),
        (Attributes("update", "", "v1", "nodes", name="w2"), False),
        (Attributes("delete", "", "v1", "nodes", name="w1"), False),
        (Attributes("watch", "", "v1", "pods"), False),
        (Attributes("watch", "", "v1", "pods", node="w1"), True),
        (Attributes("list", "", "v1", "pods", node="w2"), False),
        (Attributes("get", "", "v1", "pods", "", "shop", "mine"), True),
        (Attributes("get", "", "v1", "pods", "", "shop", "theirs"), False),
        (Attributes("get", "", "v1", "nodes", name="w1"), True),
        (Attributes("get", "", "v1", "nodes", name="w2"), False),
        (Attributes("list", "", "v1", "nodes"), False),
        (Attributes("watch", "", "v1", "nodes", name="w1"), True),
        (Attributes("create", "", "v1", "serviceaccounts", "token", "shop", "bot"), True),
        (Attributes("create", "", "v1", "serviceaccounts", "token", "shop", "other"), False),
        (Attributes("patch", "", "v1", "pods", "status", "shop", "web"), True),
        (Attributes("create", "", "v1", "events", namespace="shop"), True),
        (Attributes("update", "coordination.k8s.io", "v1", "leases", "", "kube-node-lease", "w1"), True),
        (Attributes("update", "coordination.k8s.io", "v1", "leases", "", "kube-node-lease", "w2"), False),
        (Attributes("list", "", "v1", "secrets", namespace="shop"), False),
        (Attributes("get", path="/metrics"), False),
    ],
)
def test_what_a_kubelet_may(asked: Attributes, allowed: bool, shelf: Any) -> None:
    for name, node_name, account in (("mine", "w1", "bot"), ("theirs", "w2", "other")):
        found = pod(nodeName=node_name, serviceAccountName=account)
        shelf.put({**found, "metadata": {**found["metadata"], "name": name}})
    assert (Authorizer(shelf).allows(KUBELET, asked) is not None) is allowed


def test_who_only_calls_itself_a_node_is_none() -> None:
    assert node.node_of(User("system:node:w1", groups=("system:authenticated",))) is None
    assert node.node_of(User("jane", groups=("system:nodes",))) is None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Attributes("list", "", "v1", "pods"), "can only list/watch pods with spec.nodeName field selector"),
        (Attributes("get", "", "v1", "nodes", name="w2"), "node 'w1' cannot read 'w2', only its own Node object"),
        (Attributes("list", "", "v1", "nodes"), "node 'w1' cannot read all nodes, only its own Node object"),
    ],
)
def test_a_refused_kubelet_is_told_why(asked: Attributes, why: str, shelf: Any) -> None:
    with pytest.raises(ApiError, match=re.escape(why)):
        Authorizer(shelf).authorize(KUBELET, asked)
