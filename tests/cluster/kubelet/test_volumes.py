"""Files of volumes, environments and commands, as programs in containers see them; and what a signal does to them."""

from __future__ import annotations

from typing import Any

import orjson

from cluster.client.rest import MERGE_PATCH

from .conftest import Machine


async def says(machine: Machine, *command: str, name: str = "web", container: str = "c") -> Any:
    """What ExecSync answers for a command in a container."""
    run = next(each for each in machine.kubelet.workers.values() if each.pod["metadata"]["name"] == name)
    return await machine.kubelet.runtime.call(
        "ExecSync", {"containerId": run.facts.runs[container].id, "cmd": list(command)}
    )


async def make(machine: Machine, kind: str, name: str, data: Any) -> None:
    await machine.client.create(kind, {"metadata": {"name": name}, **data}, "default")


async def test_a_container_reads_its_config_secret_and_itself(machine: Machine) -> None:
    await make(machine, "ConfigMap", "conf", {"data": {"app.ini": "a=1\n", "other": "x"}})
    await make(machine, "Secret", "key", {"stringData": {"pass": "word"}})
    volumes = [
        {"name": "conf", "configMap": {"name": "conf", "items": [{"key": "app.ini", "path": "etc/app.ini"}]}},
        {"name": "key", "secret": {"secretName": "key"}},
        {"name": "me", "downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}},
    ]
    mounts = [{"name": each["name"], "mountPath": f"/{each['name']}"} for each in volumes]
    env = [
        {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "key", "key": "pass"}}},
        {"name": "WHERE", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "BOTH", "value": "$(PASS)-$(UNKNOWN)-$$(PASS)"},
    ]
    await machine.run(container={"volumeMounts": mounts, "env": env}, volumes=volumes)
    found = await says(
        machine, "sh", "-c", "cat /conf/etc/app.ini /key/pass /me/name; echo; echo $PASS $WHERE; env | grep BOTH"
    )
    assert found["stdout"] == "a=1\nwordweb\nword 10.244.1.2\nBOTH=word-$(UNKNOWN)-$(PASS)\n"
    refused = await says(machine, "sh", "-c", "echo x > /conf/new")
    assert (refused["exitCode"], refused["stderr"]) == (1, "sh: can't create /conf/new: Read-only file system\n")


async def test_a_changed_configmap_reaches_the_file_within_a_minute_and_a_half(machine: Machine) -> None:
    await make(machine, "ConfigMap", "conf", {"data": {"a": "old"}})
    volume = {"name": "conf", "configMap": {"name": "conf"}}
    await machine.run(container={"volumeMounts": [{"name": "conf", "mountPath": "/conf"}]}, volumes=[volume])
    await machine.client.patch("ConfigMap", "conf", {"data": {"a": "new"}}, "default", content_type=MERGE_PATCH)
    assert (await says(machine, "cat", "/conf/a"))["stdout"] == "old"
    await machine.clock.advance(95)
    assert (await says(machine, "cat", "/conf/a"))["stdout"] == "new"


async def test_bytes_that_are_no_text_can_be_told_and_kept(machine: Machine) -> None:
    await make(machine, "ConfigMap", "conf", {"binaryData": {"raw": "//4="}})
    volume = {"name": "conf", "configMap": {"name": "conf"}}
    await machine.run(container={"volumeMounts": [{"name": "conf", "mountPath": "/conf"}]}, volumes=[volume])
    orjson.dumps(machine.runtime.machine.saved())
    found = await says(machine, "sh", "-c", "cat /conf/raw; echo //4= | base64 -d")
    assert orjson.loads(orjson.dumps(found))["stdout"] == "\xff\xfe" * 2


async def test_an_emptydir_is_shared_by_the_containers_and_goes_with_the_pod(machine: Machine) -> None:
    mount = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    writer = {"name": "w", "image": "busybox", "command": ["sh", "-c", "echo hello > /data/f; sleep 60"], **mount}
    reader = {"name": "r", "image": "busybox", "command": ["sh", "-c", "sleep 1; cat /data/f; sleep 60"], **mount}
    await machine.run(containers=[writer, reader], volumes=[{"name": "data", "emptyDir": {}}])
    await machine.clock.advance(2)
    assert await machine.logs(container="r") == "hello\n"
    await machine.delete()
    await machine.clock.advance(1)
    assert machine.runtime.machine.volumes == {}


async def test_a_hostpath_outlives_the_pod(machine: Machine) -> None:
    volume = {"name": "host", "hostPath": {"path": "/var/kept"}}
    mount = {"volumeMounts": [{"name": "host", "mountPath": "/kept", "subPath": "in"}]}
    await machine.run(container=mount, volumes=[volume])
    await says(machine, "sh", "-c", "echo 1 > /kept/f")
    await machine.delete()
    await machine.clock.advance(1)
    await machine.run(container={"volumeMounts": [{"name": "host", "mountPath": "/all"}]}, volumes=[volume])
    assert (await says(machine, "cat", "/all/in/f"))["stdout"] == "1\n"


async def test_what_a_script_writes_is_its_log_and_its_end_the_containers(machine: Machine) -> None:
    command = ["sh", "-c", "for i in 1 2; do echo n $i; sleep 1; done; cat /nope; exit 3"]
    await machine.run(image="busybox", container={"command": command}, restartPolicy="Never")
    assert await machine.logs() == "n 1\n"
    await machine.clock.advance(3)
    assert await machine.logs() == "n 1\nn 2\ncat: can't open '/nope': No such file or directory\n"
    assert (await machine.container())["state"]["terminated"]["exitCode"] == 3


async def test_a_trap_runs_when_the_pod_is_deleted(machine: Machine) -> None:
    command = ["sh", "-c", "trap 'echo bye > /host/said; sleep 2; exit 0' TERM; while true; do sleep 1; done"]
    mount = {"volumeMounts": [{"name": "host", "mountPath": "/host"}]}
    volume = {"name": "host", "hostPath": {"path": "/var/kept"}}
    await machine.run(image="busybox", container={"command": command, **mount}, volumes=[volume])
    await machine.clock.advance(2)
    await machine.delete()
    await machine.clock.advance(1)
    assert await machine.exists()
    await machine.clock.advance(2)
    assert not await machine.exists()
    assert machine.runtime.machine.volumes["/var/kept"].entries["said"].text == "bye\n"
