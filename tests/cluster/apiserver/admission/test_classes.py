"""What classes give to those that name none, or must exist for those that name one."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.networking import ingress_class
from cluster.apiserver.admission import (
    default_ingress_class,
    default_storage_class,
    runtime_class,
    volume_claim_resize,
)
from cluster.apiserver.admission.request import UPDATE
from tests.cluster.apiserver.admission.conftest import NAMESPACE, Desk, pod, refusal, request

IS_DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}


def claim(storage: str = "1Gi", **spec: Any) -> Obj:
    metadata = {"name": "data", "namespace": NAMESPACE}
    spec = {"resources": {"requests": {"storage": storage}}, **spec}
    return {"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


async def test_a_claim_gets_the_newest_default_class(desk: Desk) -> None:
    for name, created in (("old", "2026-01-01T00:00:00Z"), ("new", "2026-02-01T00:00:00Z")):
        desk.put("StorageClass", name, metadata={"annotations": IS_DEFAULT, "creationTimestamp": created})
    desk.put("StorageClass", "other", metadata={"creationTimestamp": "2026-03-01T00:00:00Z"})
    obj = claim()
    await default_storage_class.admit(desk, request(obj))
    assert obj["spec"]["storageClassName"] == "new"


@pytest.mark.parametrize("spec", [{"storageClassName": ""}, {"storageClassName": "mine"}])
async def test_a_claim_that_names_a_class_or_none_keeps_it(spec: Obj, desk: Desk) -> None:
    desk.put("StorageClass", "fast", metadata={"annotations": IS_DEFAULT})
    obj = claim(**spec)
    await default_storage_class.admit(desk, request(obj))
    assert obj["spec"]["storageClassName"] == spec["storageClassName"]


async def test_an_ingress_gets_the_default_class(desk: Desk) -> None:
    desk.put("IngressClass", "nginx", metadata={"annotations": {ingress_class.IS_DEFAULT: "true"}})
    obj: Obj = {"kind": "Ingress", "metadata": {"name": "i", "namespace": NAMESPACE}, "spec": {}}
    await default_ingress_class.admit(desk, request(obj))
    assert obj["spec"]["ingressClassName"] == "nginx"


async def test_a_pod_takes_what_its_runtime_class_brings(desk: Desk) -> None:
    scheduling = {"nodeSelector": {"vm": "yes"}, "tolerations": [{"key": "vm"}]}
    desk.put("RuntimeClass", "kata", overhead={"podFixed": {"cpu": "100m"}}, scheduling=scheduling)
    obj = pod(runtimeClassName="kata", nodeSelector={"disk": "ssd"})
    await runtime_class.admit(desk, request(obj))
    assert obj["spec"]["overhead"] == {"cpu": "100m"}
    assert obj["spec"]["nodeSelector"] == {"disk": "ssd", "vm": "yes"}
    assert obj["spec"]["tolerations"] == [{"key": "vm"}]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"runtimeClassName": "none"}, 'pod rejected: RuntimeClass "none" not found'),
        ({"runtimeClassName": "kata", "nodeSelector": {"vm": "no"}}, "runtimeClass.scheduling.nodeSelector[vm] = yes"),
    ],
)
async def test_a_pod_that_does_not_go_with_its_class_is_refused(spec: Obj, told: str, desk: Desk) -> None:
    desk.put("RuntimeClass", "kata", scheduling={"nodeSelector": {"vm": "yes"}})
    assert told in (await refusal(runtime_class.admit(desk, request(pod(**spec)))))[1]


async def test_a_claim_grows_only_where_its_class_lets_it(desk: Desk) -> None:
    desk.put("StorageClass", "firm")
    desk.put("StorageClass", "soft", allowVolumeExpansion=True)
    for name, good in (("firm", False), ("soft", True)):
        old, new = claim(storageClassName=name), claim("2Gi", storageClassName=name)
        asked = request(new, UPDATE, old=old)
        if good:
            await volume_claim_resize.approve(desk, asked)
        else:
            assert "can be resized" in (await refusal(volume_claim_resize.approve(desk, asked)))[1]
