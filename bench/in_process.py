"""A KubeLearn installation inside the measuring process: etcd on SQLite in a temporary folder, the real web server.

`run(measure)` starts it on free ports, awaits `measure(cluster, folder)` on its event loop, and stops it. So CPU time and
a profile are those of the server alone; see profile_pods.py and tracing.py.
"""

import asyncio
import gc
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
    folder = tempfile.TemporaryDirectory()
    https = f"127.0.0.1:{free_port()}"
    os.environ |= {"KUBELEARN_DATA": folder.name, "KUBELEARN_HTTP": f"127.0.0.1:{free_port()}"}
    os.environ |= {"KUBELEARN_HTTPS": https, "DJANGO_SETTINGS_MODULE": "kubelearn.settings"}
    import django

    django.setup()
    from django.conf import settings

    from cluster.kubeadm import pki
    from cluster.kubeadm.fleet import FLEET
    from kubelearn import collector, data_folder, tls, web_server, welcome
    from kubelearn.asgi import application

    data_folder.prepare(settings.DATA_DIR)
    data_folder.prepare_database()
    plain, secure = (web_server.listening_socket(each) for each in (settings.HTTP_ADDRESS, https))
    serving = pki.serving_identity(settings.DATA_DIR, https)
    server = web_server.Server(application, plain, secure, tls.TlsContext(serving.certificate_path, serving.key_path))

    async def start():
        from twisted.internet import reactor

        await FLEET.start_up()
        await welcome.write_credentials(FLEET)
        server.listen_tls()
        collector.calm()

        def finished(task):
            if task.exception():
                traceback.print_exception(task.exception())
            reactor.callLater(0, reactor.stop)

        start.task = asyncio.ensure_future(measure(FLEET.get("demo"), Path(folder.name)))
        start.task.add_done_callback(finished)

    web_server.serve(server, start, FLEET.shut_down)
    folder.cleanup()
