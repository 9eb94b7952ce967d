"""A KubeLearn installation inside the measuring process: etcd on SQLite in a temporary folder, the real web server.

`run(measure)` starts it on free ports, awaits `measure(cluster, folder)` on its event loop, and stops it. So CPU time and
a profile are those of the server alone; see profile_pods.py and tracing.py.
"""

import asyncio
import gc
import io
import os
import socket
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CAPACITY = {"cpu": "32", "memory": "256Gi", "pods": "110", "ephemeral-storage": "100Gi"}
SPEC = {"containers": [{"name": "nginx", "image": "nginx"}]}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def yardstick():
    """CPU seconds of a fixed piece of work: a millisecond or so."""
    gc.disable()
    began, found = time.thread_time(), []
    for index in range(1000):
        obj = {"metadata": {"name": str(index), "labels": {"app": "bench"}}, "spec": [index] * 8}
        found.append({**obj, "status": dict(obj["metadata"])})
    spent = time.thread_time() - began
    gc.enable()
    return spent


async def until_running(cluster, namespace, count):
    """Watch as kubectl would, until so many pods run."""
    client = cluster.client("kubectl", "bench", ("system:masters",))
    running, done = set(), asyncio.get_running_loop().create_future()

    def look(deliveries):
        for event, _ in deliveries:
            obj = event.object
            if (obj.get("status") or {}).get("phase") == "Running":
                running.add(obj["metadata"]["name"])
        if len(running) >= count and not done.done():
            done.set_result(None)

    listed = await client.list("Pod", namespace)
    stream = await client.watch("Pod", namespace, resourceVersion=listed.resource_version)
    stream.consume(look)
    return done, stream


async def prepare(cluster, nodes, namespaces):
    client = cluster.client("kubectl", "bench", ("system:masters",))
    for index in range(nodes):
        name = f"bench-node-{index:04d}"
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, "type": "bench"}}
        await client.create("Node", {"metadata": metadata, "status": {"capacity": CAPACITY, "allocatable": CAPACITY}})
    for name in namespaces:
        await client.create("Namespace", {"metadata": {"name": name}})
    while True:
        await asyncio.sleep(0.5)
        found = (await client.list("Node")).items
        accounts = {each["metadata"]["namespace"] for each in (await client.list("ServiceAccount")).items}
        ours = [each for each in found if each["metadata"]["name"].startswith("bench-")]
        if not any(each["spec"].get("taints") for each in ours) and accounts >= set(namespaces):
            break
    await asyncio.sleep(2)
    return client


async def settled(cluster):
    """Until nothing is written for a while: what trails behind a pod (events, statuses) is part of its cost."""
    before = -1
    while cluster.etcd.store.writer.revision != before:
        before = cluster.etcd.store.writer.revision
        await asyncio.sleep(0.25)


async def create_deployment(client, namespace, pods):
    labels = {"app": "bench"}
    template = {"metadata": {"labels": labels}, "spec": SPEC}
    spec = {"replicas": pods, "selector": {"matchLabels": labels}, "template": template}
    await client.create("Deployment", {"metadata": {"name": "bench"}, "spec": spec}, namespace)


def run(measure):
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"KUBELEARN_DATA": name, "DJANGO_SETTINGS_MODULE": "kubelearn.settings"}
        os.environ |= {f"KUBELEARN_{each}": f"127.0.0.1:{free_port()}" for each in ("HTTP", "HTTPS")}
        import django

        django.setup()
        from django.core.management import call_command

        from kubelearn import web_server  # noqa: F401  # installs the asyncio reactor
        from twisted.internet import reactor

        reactor.callWhenRunning(lambda: asyncio.ensure_future(_measured(measure, Path(name), reactor)))
        call_command("run", stdout=io.StringIO())


async def _measured(measure, folder, reactor):
    """Once `manage.py run` is up: measure, then stop it."""
    from cluster.kubeadm.fleet import FLEET

    while not FLEET.ready or not (folder / "kubeconfig").exists():
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    try:
        await measure(FLEET.get("demo"), folder)
    except Exception:
        traceback.print_exc()
    reactor.stop()
