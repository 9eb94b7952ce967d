#!/usr/bin/env python3
"""Many viewers of one cluster's page: from a change's commit to its frame, and the server's memory a viewer.

The viewers are WebSockets of this process, each answering every frame as the page does; the server is another process.
The commit's moment is that of the revision in etcd's log; its clock is compared with this machine's first.
KubeLearn only.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import aiohttp  # noqa: E402  # after the path above, as the rest

from bench.kube import pct  # noqa: E402  # needs the path above
from bench.viewer import PODS, clock_offset, link, write  # noqa: E402  # needs the path above

POD = "bench-viewer"
QUIET_SECONDS = 5.0


def memory_kib(pid):
    """The process's own memory: what is resident of it and shared with no other."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1])
    return 0


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def signed_in(installed):
    """The Cookie header of a browser that followed the login link."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"http://{installed.http}{link(installed)}").read()
    return "; ".join(f"{each.name}={each.value}" for each in jar)


async def view(session, url, cookie, seen, joined):
    """One viewer, until it is cancelled; `seen` is word → when its frame came."""
    headers = {"Cookie": cookie, "Origin": url.replace("ws://", "http://").partition("/ws/")[0]}
    async with session.ws_connect(url, headers=headers, max_msg_size=0) as socket:
        joined.release()
        async for message in socket:
            at = time.time()
            frame = json.loads(message.data)
            revisions = "&".join(f"{kind}={max(0, number)}" for kind, number in frame["revisions"].items())
            await socket.send_str(f"{frame['seq']} epoch={frame['epoch']}&{revisions}")
            for each in frame.get("set", ()):
                if each["name"] == POD:
                    seen.setdefault(each["phase"], at)


async def watched(installed, viewers, writes, rate):
    """Open the viewers, let it be quiet, write; (memory before, after, CPU seconds of the writing, revisions, seen)."""
    pid, cookie = installed.process.pid, await asyncio.to_thread(signed_in, installed)
    url, seen, joined = f"ws://{installed.http}/ws/c/demo/", [{} for _ in range(viewers)], asyncio.Semaphore(0)
    before = memory_kib(pid)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = []
        for each in seen:
            tasks.append(asyncio.create_task(view(session, url, cookie, each, joined)))
            await joined.acquire()
        await asyncio.sleep(QUIET_SECONDS)
        after, cpu = memory_kib(pid), cpu_seconds(pid)
        revisions = await asyncio.to_thread(write, installed, writes, rate)
        await asyncio.sleep(2)
        cpu = cpu_seconds(pid) - cpu
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return before, after, cpu, revisions, seen


def measure(installed, viewers, writes=200, rate=10.0):
    """{"viewers", "seen_part", "p50_s", "p99_s", "kib_per_viewer", "cpu_ms_per_change"}"""
    body = {
        "metadata": {"name": POD},
        "spec": {"nodeSelector": {"bench": "nowhere"}, "containers": [{"name": "c", "image": "nginx"}]},
    }
    assert installed.kube(PODS, "POST", body)[0] == 201
    before, after, cpu, revisions, seen = asyncio.run(watched(installed, viewers, writes, rate))
    offset = clock_offset(installed)
    rows = installed.api(f"/api/clusters/demo/revisions/?key=/registry/pods/default/{POD}&limit=1000&after=0")
    committed = {row["revision"]: row["time"] - offset for row in rows}
    delays = [each[word] - committed[revision] for each in seen for word, revision in revisions.items() if word in each]
    installed.kube(f"{PODS}/{POD}?gracePeriodSeconds=0", "DELETE")
    return {
        "viewers": viewers,
        "rate": rate,
        "seen_part": round(len(delays) / (writes * viewers), 3),
        "p50_s": pct(delays, 50),
        "p99_s": pct(delays, 99),
        "kib_per_viewer": round((after - before) / viewers, 1),
        "cpu_ms_per_change": round(1000 * cpu / writes, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, nargs="+", default=[1, 100, 500])
    parser.add_argument("--writes", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0, help="writes per second")
    parser.add_argument("--json", default="", help="append the figures to this file")
    arguments = parser.parse_args()
    from tests.installation import installation

    for viewers in arguments.viewers:
        with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as installed:
            time.sleep(3)
            figures = measure(installed, viewers, arguments.writes, arguments.rate)
        text = json.dumps({"bench": "viewers", "label": "KubeLearn", **figures})
        print(text, flush=True)
        if arguments.json:
            with open(arguments.json, "a") as file:
                file.write(text + "\n")


if __name__ == "__main__":
    main()
