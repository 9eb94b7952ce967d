#!/usr/bin/env python3
"""CPU of the server for one request over HTTPS: GET /version, POST of a ConfigMap, LIST of many, an event for each of 100
watchers. The server is this process, the client another one; CPU time bears a busy machine better than latency does."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

import in_process

CONNECTIONS = 16
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
BIG = {f"key-{index:03d}": "v" * 40 for index in range(60)}


def config_map(name, data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


async def client(kubeconfig, what, count):
    """The other process: do a thing `count` times; a line says when it begins."""
    from kube import Kube

    async with Kube(kubeconfig, None, conns=CONNECTIONS) as kube:
        todo = iter(range(count))

        async def one():
            for index in todo:
                if what == "version":
                    await kube.req("GET", "/version", raw=True)
                elif what == "list":
                    await kube.req("GET", CONFIG_MAPS, raw=True)
                elif what == "watch":
                    patch = '{"data":{"n":"%d"}}' % index
                    content_type = {"Content-Type": "application/merge-patch+json"}
                    await kube.req("PATCH", f"{CONFIG_MAPS}/fill-0", patch, raw=True, headers=content_type)
                else:
                    data = BIG if what == "fill" else {"n": str(index)}
                    await kube.req("POST", CONFIG_MAPS, config_map(f"{what}-{index}", data), raw=True)

        await kube.req("GET", "/version", raw=True)
        workers = 1 if what in ("list", "watch") else CONNECTIONS
        await asyncio.gather(*[one() for _ in range(workers)])


async def watchers(kubeconfig, count):
    """The other process: watch until killed."""
    from kube import Kube

    async with Kube(kubeconfig, None, conns=count) as kube:

        async def one():
            async for _ in kube.watch(CONFIG_MAPS, {"fieldSelector": "metadata.name=fill-0"}, "0"):
                pass

        await asyncio.gather(*[one() for _ in range(count)])


async def spent(folder, what, count):
    """CPU seconds of this process while the client does a thing `count` times."""
    began = time.process_time()
    command = [sys.executable, __file__, "--client", str(folder / "kubeconfig"), what, str(count)]
    process = await asyncio.create_subprocess_exec(*command, cwd=Path(__file__).parent)
    assert await process.wait() == 0, what
    return time.process_time() - began


def measure_with(objects, requests):
    async def measure(cluster, folder):
        await asyncio.sleep(3)
        for what in ("version", "post"):
            print(f"{what}: {await spent(folder, what, requests) / requests * 1e6:.0f} us a request", flush=True)
        await spent(folder, "fill", objects)
        rounds = 10
        print(f"list of {objects}: {await spent(folder, 'list', rounds) / rounds * 1e3:.0f} ms", flush=True)
        alone = await spent(folder, "watch", 200) / 200
        command = [sys.executable, __file__, "--client", str(folder / "kubeconfig"), "watchers", "100"]
        process = await asyncio.create_subprocess_exec(*command, cwd=Path(__file__).parent)
        await asyncio.sleep(5)
        watched = await spent(folder, "watch", 200) / 200
        process.kill()
        await process.wait()
        print(
            f"event: {(watched - alone) / 100 * 1e6:.0f} us for each watcher; its write {alone * 1e6:.0f} us",
            flush=True,
        )

    return measure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--client", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.client is None:
        in_process.run(measure_with(asked.objects, asked.requests))
        return
    kubeconfig, what, count = asked.client
    asyncio.run(watchers(kubeconfig, int(count)) if what == "watchers" else client(kubeconfig, what, int(count)))


if __name__ == "__main__":
    main()
