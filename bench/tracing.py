#!/usr/bin/env python3
"""What recording costs while nobody watches: the same deployments with the wire's ring and the recorder on, and off.

On and off take turns in one process (on, off, off, on, …), so that a busy machine and a growing cluster meet both alike.
Prints, and appends to `--json`, pods a second until all run and CPU milliseconds a pod until nothing is written any more.
"""

import argparse
import json
import statistics
import sys
import time

import in_process


class NoRing:
    """Keeps nothing."""

    def append(self, hop):
        pass

    def weigh(self, hops, held_bytes):
        pass

    def after(self, hop_id):
        return []

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


class Recording:
    """Switches a cluster's ring and recorder off and on."""

    def __init__(self, cluster):
        self.wire = cluster.wire
        self.ring, self.listeners = cluster.wire.ring, cluster.wire.instruments.finished

    def set(self, on):
        self.wire.ring = self.ring if on else NoRing()
        self.wire.instruments.finished = self.listeners if on else ()


async def once(cluster, client, namespace, pods):
    done, stream = await in_process.until_running(cluster, namespace, pods)
    began, cpu = time.monotonic(), time.process_time()
    await in_process.create_deployment(client, namespace, pods)
    await done
    rate = pods / (time.monotonic() - began)
    await in_process.settled(cluster)
    stream.close()
    return rate, (time.process_time() - cpu) * 1000 / pods


async def measure(arguments, cluster, folder):
    order = [True, False, False, True] * arguments.rounds
    spaces = [f"tracing-{index}" for index in range(len(order) + 1)]
    client = await in_process.prepare(cluster, arguments.nodes, spaces)
    recording, found = Recording(cluster), {True: [], False: []}
    await once(cluster, client, spaces[-1], arguments.pods)
    for namespace, on in zip(spaces, order):
        recording.set(on)
        found[on].append(await once(cluster, client, namespace, arguments.pods))
    recording.set(True)
    report(arguments, found)


def report(arguments, found):
    rate, cpu = ({on: statistics.mean(each[which] for each in found[on]) for on in found} for which in (0, 1))
    result = {
        "bench": "tracing",
        "pods": arguments.pods,
        "rounds": len(found[True]),
        "on_pods_per_s": round(rate[True], 1),
        "off_pods_per_s": round(rate[False], 1),
        "on_cpu_ms": round(cpu[True], 3),
        "off_cpu_ms": round(cpu[False], 3),
        "cost_of_throughput_pct": round(100 * (1 - rate[True] / rate[False]), 1),
        "cost_of_cpu_pct": round(100 * (cpu[True] / cpu[False] - 1), 1),
    }
    print(json.dumps(result, indent=1), flush=True)
    if arguments.json:
        with open(arguments.json, "a") as file:
            file.write(json.dumps(result) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=300)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2, help="of on, off, off, on")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    in_process.run(lambda cluster, folder: measure(arguments, cluster, folder))


if __name__ == "__main__":
    sys.exit(main())
