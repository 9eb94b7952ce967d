"""Pods with an ordinal: in order, with claims that last, down from the top, updated from the top."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta

from .conftest import Office

LABELS = {"app": "db"}


def template(image: str) -> Any:
    return {"metadata": {"labels": LABELS}, "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": image}]}}


async def sets(office: Office, replicas: int = 3, **spec: Any) -> None:
    await office.start("statefulset")
    wanted = {
        "selector": {"matchLabels": LABELS},
        "template": template("pg:1"),
        "serviceName": "db",
        "replicas": replicas,
        **spec,
    }
    await office.make("StatefulSet", "db", spec=wanted)


async def images(office: Office) -> dict[str, str]:
    return {meta.name_of(pod): pod["spec"]["containers"][0]["image"] for pod in await office.list("Pod")}


async def going(office: Office) -> list[str]:
    return [meta.name_of(pod) for pod in await office.list("Pod") if meta.is_being_deleted(pod)]


async def test_one_comes_when_the_one_before_is_ready(office: Office) -> None:
    await sets(office)
    assert await office.names("Pod") == ["db-0"]
    await office.runs("db-0", ready=False)
    assert await office.names("Pod") == ["db-0"]
    await office.runs("db-0")
    assert await office.names("Pod") == ["db-0", "db-1"]
    await office.all_run()
    status = (await office.get("StatefulSet", "db"))["status"]
    assert [status[name] for name in ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")] == [3] * 4
    assert status["currentRevision"] == status["updateRevision"]
    pod = await office.get("Pod", "db-2")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-2", "db")
    assert meta.labels_of(pod)["apps.kubernetes.io/pod-index"] == "2"
    assert await office.events("SuccessfulCreate") == [
        f"Create Pod db-{number} in StatefulSet db successful" for number in range(3)
    ]


async def test_in_parallel_all_come_at_once(office: Office) -> None:
    await sets(office, podManagementPolicy="Parallel", ordinals={"start": 5})
    assert await office.names("Pod") == ["db-5", "db-6", "db-7"]


async def test_fewer_go_from_the_top_one_by_one(office: Office) -> None:
    await sets(office)
    await office.all_run()
    await office.change("StatefulSet", "db", {"spec": {"replicas": 1}})
    assert await going(office) == ["db-2"]
    await office.delete("Pod", "db-2", gracePeriodSeconds=0)
    assert await going(office) == ["db-1"]
    await office.all_run()
    assert await office.names("Pod") == ["db-0"]


async def test_one_that_failed_comes_back_under_its_name(office: Office) -> None:
    await sets(office, replicas=1)
    await office.runs("db-0", phase="Failed", ready=False)
    await office.all_run()
    assert (await office.get("Pod", "db-0"))["status"]["phase"] == "Running"
    assert await office.events("RecreatingFailedPod") == ["StatefulSet default/db is recreating failed Pod db-0"]


async def test_an_update_goes_from_the_top_down_to_the_partition(office: Office) -> None:
    await sets(office, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 1}})
    await office.all_run()
    await office.change("StatefulSet", "db", {"spec": {"template": template("pg:2")}})
    assert await going(office) == ["db-2"]
    await office.all_run()
    assert await images(office) == {"db-0": "pg:1", "db-1": "pg:2", "db-2": "pg:2"}
    status = (await office.get("StatefulSet", "db"))["status"]
    assert status["currentRevision"] != status["updateRevision"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (1, 2)
    await office.delete("Pod", "db-0", gracePeriodSeconds=0)
    await office.all_run()
    assert (await images(office))["db-0"] == "pg:1"
    await office.change("StatefulSet", "db", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 0}}}})
    await office.all_run()
    assert set((await images(office)).values()) == {"pg:2"}
    status = (await office.get("StatefulSet", "db"))["status"]
    assert status["currentRevision"] == status["updateRevision"]


async def test_several_may_be_away_at_once(office: Office) -> None:
    await sets(office, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}})
    await office.all_run()
    await office.change("StatefulSet", "db", {"spec": {"template": template("pg:2")}})
    assert sorted(await going(office)) == ["db-1", "db-2"]


async def test_a_broken_update_is_undone_and_numbered_anew(office: Office) -> None:
    await sets(office)
    await office.all_run()
    await office.change("StatefulSet", "db", {"spec": {"template": template("pg:bad")}})
    await office.delete("Pod", "db-2", gracePeriodSeconds=0)
    await office.runs("db-2", ready=False)
    await office.change("StatefulSet", "db", {"spec": {"template": template("pg:1")}})
    await office.all_run()
    assert set((await images(office)).values()) == {"pg:1"}
    assert sorted(each["revision"] for each in await office.list("ControllerRevision")) == [2, 3]


@pytest.mark.parametrize(
    ("policy", "after_scaling", "after_deletion"),
    [
        ({}, ["data-db-0", "data-db-1"], ["data-db-0", "data-db-1"]),
        ({"whenScaled": "Delete"}, ["data-db-0"], ["data-db-0"]),
        ({"whenDeleted": "Delete"}, ["data-db-0", "data-db-1"], []),
    ],
)
async def test_claims_outlive_pods_unless_told_otherwise(
    office: Office, policy: Any, after_scaling: list[str], after_deletion: list[str]
) -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    await office.start("garbagecollector")
    await sets(office, replicas=2, volumeClaimTemplates=[claim], persistentVolumeClaimRetentionPolicy=policy)
    await office.all_run()
    assert await office.names("PersistentVolumeClaim") == ["data-db-0", "data-db-1"]
    volume = (await office.get("Pod", "db-1"))["spec"]["volumes"][0]
    assert volume == {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}}
    await office.change("StatefulSet", "db", {"spec": {"replicas": 1}})
    await office.all_run()
    await office.clock.advance(1)
    assert await office.names("PersistentVolumeClaim") == after_scaling
    await office.delete("StatefulSet", "db", propagationPolicy="Background")
    await office.clock.advance(1)
    assert await office.names("PersistentVolumeClaim") == after_deletion
