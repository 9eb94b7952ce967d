"""Volumes, claims to them, their classes and drivers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

Served = Callable[[str], Any]
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
VOLUME = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/tmp"}}


def test_a_volume_waits_and_is_kept(served: Served) -> None:
    made = served("PersistentVolume").made({"spec": VOLUME})
    assert made["status"] == {"phase": "Pending"}
    assert made["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    assert served("PersistentVolume").told(made) == []
    row = served("PersistentVolume").row(made, wide=True)
    assert row[1:8] == ["1Gi", "RWO", "Retain", "Pending", "", "", "<unset>"]
    assert row[-1] == "Filesystem"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"accessModes": []}, "spec.accessModes: Required value"),
        ({"accessModes": ["Any"]}, 'spec.accessModes: Unsupported value: "Any": supported values: "ReadOnlyMany", '),
        ({"capacity": {"storage": "0"}}, 'spec.capacity[storage]: Invalid value: "0": must be greater than zero'),
        ({"nfs": {"path": "/", "server": "s"}}, "spec.nfs: Forbidden: may not specify more than 1 volume type"),
        ({"volumeMode": "Tape"}, 'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'),
    ],
)
def test_a_volume_is_judged(change: Obj, told: str, served: Served) -> None:
    volumes = served("PersistentVolume")
    (found,) = volumes.told(volumes.made({"metadata": {"name": "v"}, "spec": {**VOLUME, **change}}))
    assert found.startswith(told)


def test_a_volume_s_source_stays(served: Served) -> None:
    volumes = served("PersistentVolume")
    made = volumes.made({"spec": VOLUME})
    changed = volumes.changed(made, spec={**made["spec"], "hostPath": {"path": "/other", "type": ""}})
    assert volumes.told(changed, made) == [
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"accessModes": []}, "spec.accessModes: Required value: at least 1 access mode is required"),
        ({"resources": {}}, "spec.resources[storage]: Required value"),
        ({"storageClassName": "A B"}, 'spec.storageClassName: Invalid value: "A B"'),
        (
            {"accessModes": ["ReadWriteOnce", "ReadWriteOncePod"]},
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
        ),
    ],
)
def test_a_claim_is_judged(change: Obj, told: str, served: Served) -> None:
    claims = served("PersistentVolumeClaim")
    (found,) = claims.told(claims.made({"metadata": {"name": "c"}, "spec": {**CLAIM, **change}}))
    assert found.startswith(told)


def test_a_claim_changes_only_when_it_is_bound(served: Served) -> None:
    claims = served("PersistentVolumeClaim")
    made = claims.made({"spec": CLAIM})
    more = {**made["spec"], "resources": {"requests": {"storage": "2Gi"}}}
    less = {**made["spec"], "resources": {"requests": {"storage": "1Mi"}}}
    assert claims.told(claims.changed(made, spec=more), made)[0].startswith("spec: Forbidden: spec is immutable after")
    assert claims.told(claims.changed(made, spec={**made["spec"], "volumeName": "v"}), made) == []
    bound = {**made, "status": {"phase": "Bound"}}
    assert claims.told(claims.changed(bound, spec=more), bound) == []
    assert claims.told(claims.changed(bound, spec=less), bound)


def test_a_bound_claim_shows_what_it_got(served: Served) -> None:
    claims = served("PersistentVolumeClaim")
    made = claims.made({"spec": {**CLAIM, "volumeName": "v"}})
    assert claims.row(made)[1:6] == ["Pending", "v", "0", "", ""]
    made["status"] = {
        "phase": "Bound",
        "capacity": {"storage": "2Gi"},
        "accessModes": ["ReadOnlyMany", "ReadWriteOnce"],
    }
    assert claims.row(made)[1:5] == ["Bound", "v", "2Gi", "RWO,ROX"]


def test_a_class_stays_as_it_is(served: Served) -> None:
    classes = served("StorageClass")
    made = classes.made({"provisioner": "a.io/b", "parameters": {"a": "b"}})
    assert classes.row(made)[1:5] == ["a.io/b", "Delete", "Immediate", False]
    changed = classes.changed(
        made, provisioner="c.io/d", volumeBindingMode="WaitForFirstConsumer", allowVolumeExpansion=True
    )
    assert classes.told(changed, made) == [
        "provisioner: Forbidden: updates to provisioner are forbidden.",
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]


def test_the_default_class_says_so(served: Served) -> None:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    made = served("StorageClass").made({"metadata": {"name": "fast", "annotations": annotations}, "provisioner": "p"})
    assert served("StorageClass").row(made)[0] == "fast (default)"


def test_a_driver_says_what_it_can(served: Served) -> None:
    drivers = served("CSIDriver")
    made = drivers.made({"metadata": {"name": "d.io"}, "spec": {"tokenRequests": [{"audience": "a"}]}})
    assert drivers.row(made)[1:7] == [True, False, False, "a", False, "Persistent"]
    assert drivers.told(drivers.changed(made, spec={**made["spec"], "attachRequired": False}), made)


def test_what_a_definition_requires_must_be_there(served: Served) -> None:
    attachments = served("VolumeAttachment")
    made = attachments.made({"metadata": {"name": "a"}, "spec": {"source": {}}})
    assert attachments.told(made) == ["spec.attacher: Required value", "spec.nodeName: Required value"]
    assert made["status"] == {"attached": False}


def test_a_class_of_attributes_needs_a_driver_and_parameters(served: Served) -> None:
    classes = served("VolumeAttributesClass")
    told = classes.told(classes.made({"metadata": {"name": "a"}}))
    assert told == [
        "driverName: Required value",
        "parameters: Required value: must contain at least one key/value pair",
    ]


def test_room_is_shown_by_class(served: Served) -> None:
    made = served("CSIStorageCapacity").made({"storageClassName": "fast", "capacity": "1Gi"})
    assert served("CSIStorageCapacity").row(made)[1:3] == ["fast", "1Gi"]
    assert served("CSINode").row(served("CSINode").made({}))[1] == 0
