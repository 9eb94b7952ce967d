"""Run as a process of its own: writes from several tasks at once, printing every revision that was acknowledged."""

from __future__ import annotations

import asyncio
import os
import sys

import django


async def work() -> None:
    from cluster.clock import Clock
    from cluster.etcd.server import Etcd
    from cluster.wire.message import Payload, Request

    etcd = Etcd("crash", Clock(), keep_revisions=10_000_000)
    await etcd.open()

    async def write(task: int) -> None:
        n = 0
        while True:
            n += 1
            key = f"/{task}/{n % 5}"
            requests = [{"requestPut": {"key": key, "value": str(n).encode()}}]
            if n % 7 == 0:
                requests.append({"requestDeleteRange": {"key": f"/{task}/{(n + 1) % 5}"}})
            body = {"success": requests, "writer": ["crash", str(task), n]}
            response = await etcd.handle(Request("Txn", key, body=Payload(object=body)))
            sys.stdout.write(f"{response.revision}\n")
            sys.stdout.flush()

    await asyncio.gather(*(write(task) for task in range(8)))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "kubelearn.settings"
    django.setup()
    asyncio.run(work())
