#!/usr/bin/env python3
"""What recording costs while nobody watches: the same deployments with the wire's ring and the recorder on, in part, and off.

Phases take turns in one process, forth and back, so that a busy machine and a growing cluster meet all alike; each begins
when the recorder has nothing left to write. Every hop is made in each phase: it carries causes, which the cluster needs.
Prints, and appends to `--json`, pods a second until all run and CPU milliseconds a pod until nothing is written any more.
"""

import argparse
import asyncio
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


ON, UNWRITTEN, UNHEARD, OFF = "on", "nothing written", "nobody hears", "off"
PHASES = (ON, UNWRITTEN, UNHEARD, OFF)


class Recording:
    """Switches a cluster's ring and recorder off, in part or all, and on again."""

    def __init__(self, cluster):
        from cluster.recorder import sink  # Django must be set up

        self.wire, self.recorder, self.sink = cluster.wire, cluster.recorder, sink
        self.ring, self.write = cluster.wire.ring, sink.write
        self.listen = cluster.recorder._listen

    async def set(self, phase):
        while self.recorder.inspect()["waiting"]:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        self.wire.ring = NoRing() if phase == OFF else self.ring
        self.sink.write = (lambda batch, begun=(): None) if phase == UNWRITTEN else self.write
        if phase in (ON, UNWRITTEN):
            self.recorder._listen = self.listen
            self.recorder._listen()
        else:
            self.recorder._turn_away()
            self.recorder._listen = lambda: None


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
    order = [phase for _ in range(arguments.rounds) for phase in (*PHASES, *reversed(PHASES))]
    spaces = [f"tracing-{index}" for index in range(len(order) + 1)]
    client = await in_process.prepare(cluster, arguments.nodes, spaces)
    recording, found = Recording(cluster), {phase: [] for phase in PHASES}
    await once(cluster, client, spaces[-1], arguments.pods)
    for namespace, phase in zip(spaces, order):
        await recording.set(phase)
        found[phase].append(await once(cluster, client, namespace, arguments.pods))
    await recording.set(ON)
    report(arguments, found)


def report(arguments, found):
    rate, cpu = ({phase: statistics.mean(each[which] for each in found[phase]) for phase in PHASES} for which in (0, 1))
    result = {
        "bench": "tracing",
        "pods": arguments.pods,
        "rounds": len(found[ON]),
        "pods_per_s": {phase: round(rate[phase], 1) for phase in PHASES},
        "cpu_ms": {phase: round(cpu[phase], 3) for phase in PHASES},
        "cost_of_throughput_pct": round(100 * (1 - rate[ON] / rate[OFF]), 1),
        "cost_of_cpu_pct": round(100 * (cpu[ON] / cpu[OFF] - 1), 1),
    }
    print(json.dumps(result, indent=1), flush=True)
    if arguments.json:
        with open(arguments.json, "a") as file:
            file.write(json.dumps(result) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=300)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2, help="of all phases, forth and back")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    in_process.run(lambda cluster, folder: measure(arguments, cluster, folder))


if __name__ == "__main__":
    sys.exit(main())
