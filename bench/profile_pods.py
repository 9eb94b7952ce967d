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
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import in_process
from in_process import ROOT, yardstick


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


async def deploy(cluster, client, namespace, pods, profile):
    done, stream = await in_process.until_running(cluster, namespace, pods)
    meter = Meter(cluster, profile)
    meter.start()
    await in_process.create_deployment(client, namespace, pods)
    await done
    meter.all_run()
    await in_process.settled(cluster)
    meter.stop()
    stream.close()
    meter.report(f"(a) deployment of {pods}, in process", pods)


async def post(cluster, namespace, pods, profile, kubeconfig):
    done, stream = await in_process.until_running(cluster, namespace, pods)
    command = [sys.executable, __file__, "--poster", str(kubeconfig), "--namespace", namespace, "--pods", str(pods)]
    poster = await asyncio.to_thread(lambda: subprocess.Popen(command, cwd=ROOT / "bench"))
    meter = Meter(cluster, profile)
    meter.start()
    await done
    meter.all_run()
    await in_process.settled(cluster)
    meter.stop()
    stream.close()
    await asyncio.to_thread(poster.wait)
    meter.report(f"(b) {pods} pods POSTed over HTTPS, 16 connections", pods)


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


async def measure(arguments, cluster, folder):
    rounds = range(arguments.rounds)
    spaces = [f"{kind}-{index}" for index in rounds for kind in ("deploy", "post")]
    client = await in_process.prepare(cluster, arguments.nodes, spaces)
    for index in rounds:
        if arguments.only != "post":
            await deploy(cluster, client, f"deploy-{index}", arguments.pods, arguments.profile)
        if arguments.only != "deploy":
            await post(cluster, f"post-{index}", arguments.pods, arguments.profile, folder / "kubeconfig")


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
        in_process.run(lambda cluster, folder: measure(arguments, cluster, folder))


if __name__ == "__main__":
    main()
