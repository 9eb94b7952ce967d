"""Where the CPU of a pod goes: `python bench/profile_pods.py [--pods 1000] [--nodes 100] [--profile] [--only deploy|post]`.

Builds an installation in this process (etcd on SQLite in a temporary folder, the real web server on free ports), adds
nodes, then (a) creates a Deployment in process and (b) lets another process POST pods through the HTTPS port; each until
all pods run. Prints CPU milliseconds a pod of this process (user and system, all threads), messages a pod, and with
`--profile` a table of the event loop's time by room.

A busy neighbour makes even CPU time longer (shared caches, a slower clock). So a yardstick, a fixed piece of work, is
measured all along the way, and a second figure says what the pods cost in yardsticks: compare runs by that one.
"""

import argparse
import asyncio
import cProfile
import gc
import os
import pstats
import socket
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
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


class Meter:
    """CPU, messages and, when asked for, a profile between `start` and `stop`."""

    def __init__(self, cluster, profile):
        self.cluster = cluster
        self.profile = cProfile.Profile(time.thread_time) if profile else None
        self.yardsticks = []
        self.collecting = 0.0
        self._began = 0.0

    def _collected(self, phase, info):
        if phase == "start":
            self._began = time.process_time()
        else:
            self.collecting += time.process_time() - self._began

    def start(self):
        gc.collect()
        gc.callbacks.append(self._collected)
        self.counts, self.threads = dict(self.cluster.wire.counts), thread_seconds()
        self.wall, self.cpu, self.loop = time.monotonic(), time.process_time(), time.thread_time()
        self.measuring = asyncio.ensure_future(self._measure())
        if self.profile:
            self.profile.enable()

    async def _measure(self):
        while True:
            self.yardsticks.append(yardstick())
            await asyncio.sleep(0.05)

    def all_run(self):
        """Every pod runs; what trails behind (events, statuses) is still to come."""
        self.run_wall = time.monotonic() - self.wall
        self.run_cpu = time.process_time() - self.cpu - sum(self.yardsticks)

    def stop(self):
        if self.profile:
            self.profile.disable()
        self.measuring.cancel()
        before, self.threads = self.threads, thread_seconds()
        self.threads.subtract(before)
        self.wall = time.monotonic() - self.wall
        self.cpu, self.loop = time.process_time() - self.cpu, time.thread_time() - self.loop
        self.cpu -= sum(self.yardsticks)
        self.loop -= sum(self.yardsticks)
        gc.callbacks.remove(self._collected)

    def report(self, name, pods):
        each, stick = 1000 / pods, sum(self.yardsticks) / len(self.yardsticks)
        print(
            f"{name}: {self.cpu * each:.2f} ms CPU a pod ({self.loop * each:.2f} on the event loop, of which"
            f" {self.collecting * each:.2f} garbage collection) = {self.cpu / stick / pods:.2f} yardsticks of"
            f" {stick * 1000:.3f} ms; {pods / self.wall:.0f} pods/s; peak memory {peak_mib():.0f} MiB",
            flush=True,
        )
        print(f"    until all run: {self.run_cpu * each:.2f} ms CPU a pod, {pods / self.run_wall:.0f} pods/s")
        for thread, spent in self.threads.most_common(5):
            print(f"    {spent * each:6.2f} ms CPU a pod in thread {thread}")
        messages = Counter()
        for (source, target), count in self.cluster.wire.counts.items():
            messages[role(source), role(target)] += count - self.counts.get((source, target), 0)
        for (source, target), count in messages.most_common(14):
            print(f"    {count / pods:6.2f} messages a pod  {source} → {target}")
        if self.profile:
            by_room(self.profile, pods)
            self.profile.dump_stats(Path(tempfile.gettempdir()) / f"profile_pods_{name[1]}.pstats")


def thread_seconds():
    """CPU seconds of each thread that is alive."""
    spent = Counter()
    for thread in threading.enumerate():
        fields = Path(f"/proc/self/task/{thread.native_id}/stat").read_text().rpartition(")")[2].split()
        spent[thread.name] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def role(component):
    return component.partition(".")[0] if component.startswith(("kubelet.", "runtime.", "kube-proxy.")) else component


def peak_mib():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def room_of(path):
    if path.startswith(str(ROOT / "cluster")):
        parts = Path(path).relative_to(ROOT / "cluster").parts
        return "cluster/" + (parts[0] if len(parts) > 1 else parts[-1])
    for part in ("asyncio", "twisted", "daphne", "OpenSSL", "rest_framework", "django"):
        if f"/{part}/" in path:
            return part
    return "kubelearn" if path.startswith(str(ROOT / "kubelearn")) else "other"


def by_room(profile, pods):
    """Own time of each room; what C functions take counts where they are called from."""
    stats = pstats.Stats(profile).stats
    rooms, functions = defaultdict(float), defaultdict(lambda: [0.0, 0])
    for (path, line, name), (_, calls, own, _, callers) in stats.items():
        if path == "~":
            for (from_path, _, _), (_, _, spent, _) in callers.items():
                rooms[room_of(from_path)] += spent
        else:
            rooms[room_of(path)] += own
        spot = f"{Path(path).name}:{line} {name}" if path != "~" else name
        functions[spot][0] += own
        functions[spot][1] += calls
    total = sum(rooms.values())
    for room, spent in sorted(rooms.items(), key=lambda each: -each[1])[:22]:
        print(f"    {spent * 1e6 / pods:8.0f} µs a pod {100 * spent / total:5.1f} %  {room}")
    print()
    for spot, (spent, calls) in sorted(functions.items(), key=lambda each: -each[1][0])[:45]:
        print(f"    {spent * 1e6 / pods:8.1f} µs a pod {calls / pods:8.2f} calls  {spot}")


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


async def deploy(cluster, client, namespace, pods, profile):
    done, stream = await until_running(cluster, namespace, pods)
    labels = {"app": "bench"}
    template = {"metadata": {"labels": labels}, "spec": SPEC}
    spec = {"replicas": pods, "selector": {"matchLabels": labels}, "template": template}
    meter = Meter(cluster, profile)
    meter.start()
    await client.create("Deployment", {"metadata": {"name": "bench"}, "spec": spec}, namespace)
    await done
    meter.all_run()
    await settled(cluster)
    meter.stop()
    stream.close()
    meter.report(f"(a) deployment of {pods}, in process", pods)


async def post(cluster, namespace, pods, profile, kubeconfig):
    done, stream = await until_running(cluster, namespace, pods)
    command = [sys.executable, __file__, "--poster", str(kubeconfig), "--namespace", namespace, "--pods", str(pods)]
    poster = await asyncio.to_thread(lambda: __import__("subprocess").Popen(command, cwd=HERE))
    meter = Meter(cluster, profile)
    meter.start()
    await done
    meter.all_run()
    await settled(cluster)
    meter.stop()
    stream.close()
    await asyncio.to_thread(poster.wait)
    meter.report(f"(b) {pods} pods POSTed over HTTPS, 16 connections", pods)


async def settled(cluster):
    """Until nothing is written for a while: what trails behind a pod (events, statuses) is part of its cost."""
    before = -1
    while cluster.etcd.store.writer.revision != before:
        before = cluster.etcd.store.writer.revision
        await asyncio.sleep(0.25)


async def poster(kubeconfig, namespace, pods):
    """The other process of (b)."""
    from kube import Kube, pod

    names = iter(range(pods))
    async with Kube(kubeconfig, conns=16) as kube:

        async def work():
            for index in names:
                path = f"/api/v1/namespaces/{namespace}/pods"
                await kube.req("POST", path, pod(f"bulk-{namespace}-{index:05d}"), raw=True)

        began = time.monotonic()
        await asyncio.gather(*(work() for _ in range(16)))
        print(f"    {pods / (time.monotonic() - began):.0f} creates/s", flush=True)


def serve(arguments):
    folder = tempfile.TemporaryDirectory()
    https = f"127.0.0.1:{free_port()}"
    os.environ |= {"KUBELEARN_DATA": folder.name, "KUBELEARN_HTTP": f"127.0.0.1:{free_port()}"}
    os.environ |= {"KUBELEARN_HTTPS": https, "DJANGO_SETTINGS_MODULE": "kubelearn.settings"}
    import django

    django.setup()
    from django.conf import settings

    from cluster.kubeadm import pki
    from cluster.kubeadm.fleet import FLEET
    from kubelearn import collector, tls, web_server, welcome
    from kubelearn.asgi import application
    from kubelearn.management.commands import run

    run.prepare_folder(settings.DATA_DIR)
    run.prepare_database()
    plain, secure = (web_server.listening_socket(each) for each in (settings.HTTP_ADDRESS, https))
    serving = pki.serving_identity(settings.DATA_DIR, https)
    server = web_server.Server(application, plain, secure, tls.TlsContext(serving.certificate_path, serving.key_path))

    async def measure():
        cluster = FLEET.get("demo")
        rounds = range(arguments.rounds)
        spaces = [f"{kind}-{index}" for index in rounds for kind in ("deploy", "post")]
        client = await prepare(cluster, arguments.nodes, spaces)
        for index in rounds:
            if arguments.only != "post":
                await deploy(cluster, client, f"deploy-{index}", arguments.pods, arguments.profile)
            if arguments.only != "deploy":
                await post(cluster, f"post-{index}", arguments.pods, arguments.profile, Path(folder.name, "kubeconfig"))

    async def start():
        from twisted.internet import reactor

        await FLEET.start_up()
        await welcome.write_credentials(FLEET)
        server.listen_tls()
        collector.calm()

        def finished(task):
            if task.exception():
                print(repr(task.exception()), file=sys.stderr)
            reactor.callLater(0, reactor.stop)

        start.task = asyncio.ensure_future(measure())
        start.task.add_done_callback(finished)

    web_server.serve(server, start, FLEET.shut_down)
    folder.cleanup()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=1000)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--profile", action="store_true", help="a table by room; the profiler slows what it measures")
    parser.add_argument("--only", choices=["deploy", "post"])
    parser.add_argument("--poster", help=argparse.SUPPRESS)
    parser.add_argument("--namespace", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.poster:
        asyncio.run(poster(arguments.poster, arguments.namespace, arguments.pods))
    else:
        serve(arguments)


if __name__ == "__main__":
    main()
