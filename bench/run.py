"""Measure KubeLearn beside the peer's recorded figures and write RESULTS.md: `make bench` (`--quick` for a tenth).

Starts an installation of its own (own folder, own ports), so nothing of the user's is touched. Each figure is taken
by a script of this folder that speaks to any Kubernetes endpoint; see README.md. Nothing here passes or fails.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import viewer  # noqa: E402  # needs the path above
from tests.installation import Installation  # noqa: E402  # needs the path above

VIEWERS = (1, 100, 500)
PEER = HERE / "peer" / "kubernetes-raised.jsonl"


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def best(found, key, pick=statistics.median):
    values = [row[key] for row in found if row.get(key) is not None]
    return pick(values) if values else None


def of(measured, bench, **match):
    return [row for row in measured if row["bench"] == bench and all(row.get(k) == v for k, v in match.items())]


def resident_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return None


def script(installed, out, name, *arguments):
    command = [sys.executable, str(HERE / f"{name}.py"), "--kubeconfig", str(installed.kubeconfig)]
    print("==", name, *arguments, flush=True)
    subprocess.run([*command, "--label", "KubeLearn", "--json", str(out), *arguments], check=False, cwd=HERE)


def boot_seconds(installed):
    """Warm boot: an existing installation, from exec to the link (every cluster is at /readyz then)."""
    began = time.monotonic()
    installed.start()
    return time.monotonic() - began


def measure(installed, out, scale):
    found = {}
    installed.start()
    time.sleep(3)
    installed.stop()
    boots = []
    for _ in range(3):
        boots.append(boot_seconds(installed))
        time.sleep(2)
        if len(boots) < 3:
            installed.stop()
    found["boot_s"] = statistics.median(boots)
    time.sleep(10)
    found["idle_mib"] = resident_mib(installed.process.pid)
    pods, many = str(int(1000 * scale)), str(int(10_000 * scale))
    script(installed, out, "nodes", "--count", "100")
    for _ in range(3):
        script(installed, out, "deploy", "--replicas", pods)
    for _ in range(3):
        script(installed, out, "bulk", "--pods", pods, "--conns", "16")
    script(installed, out, "watch", "--writes", pods, "--rate", "50")
    script(installed, out, "watch", "--writes", pods, "--rate", "50", "--watchers", "100")
    subprocess.run(
        # all its phases' pods must fit on its nodes
        [sys.executable, str(HERE / "tracing.py"), "--pods", str(int(300 * scale)), "--json", str(out)],
        check=False,
        cwd=HERE,
    )
    with out.open("a") as file:
        file.write(json.dumps({"bench": "viewer", **viewer.measure(installed, int(300 * scale))}) + "\n")
    for count in VIEWERS:  # each count has an installation of its own
        command = [sys.executable, str(HERE / "viewers.py"), "--viewers", str(count), "--json", str(out)]
        subprocess.run([*command, "--writes", str(int(200 * scale))], check=False, cwd=HERE)
    script(installed, out, "bulk", "--pods", many, "--conns", "16", "--keep", "--namespace", "bench-list")
    time.sleep(5)
    found["full_mib"] = resident_mib(installed.process.pid)
    script(installed, out, "list", "--namespace", "bench-list")
    return found


def table(ours, peer, found, scale):
    pods, many = int(1000 * scale), int(10_000 * scale)

    def figures(measured):
        deploy, small, large = of(measured, "deploy"), of(measured, "bulk", pods=pods), of(measured, "bulk", pods=many)
        watch = of(measured, "watch", rate=50.0)
        full = (of(measured, "list") or [{}])[-1].get("list_full_json", {}).get("p50_s")
        rate, late = best(small, "pods_per_s"), best(large, "pods_per_s")
        return {
            "nodes": best(of(measured, "nodes"), "all_ready_untainted_s"),
            "deploy": best(deploy, "pods_per_s"),
            "creates": best(small, "creates_per_s"),
            "running": rate,
            "watch1": best([row for row in watch if row["watchers"] == 1], "from_send_p99_s"),
            "watch100": best([row for row in watch if row["watchers"] == 100], "from_send_p99_s"),
            "list": full,
            "viewer": best(of(measured, "viewer"), "p99_s"),
            "tracing": best(of(measured, "tracing"), "cost_of_throughput_pct"),
            "cost": rate / late if rate and late else None,
        }

    def show(value, unit="", digits=1):
        return "–" if value is None else f"{value:.{digits}f}{unit}"

    mine, theirs = figures(ours), figures(peer)
    ms = 1000
    lines = [
        ("warm boot to /readyz", show(found["boot_s"], " s", 2), "4.5 s", "≤ 1.5 s"),
        ("idle memory, one cluster of three workers", show(found["idle_mib"], " MiB", 0), "542 MiB", "≤ 110 MiB"),
        ("100 nodes POSTed → Ready, untainted", show(mine["nodes"], " s", 2), show(theirs["nodes"], " s", 2), "–"),
        (
            f"{pods}-pod deployment → Running, 100 nodes",
            show(mine["deploy"], " pods/s", 0),
            show(theirs["deploy"], " pods/s", 0),
            "≥ 300",
        ),
        (
            f"{pods} pods POSTed, 16 connections: creates",
            show(mine["creates"], " /s", 0),
            show(theirs["creates"], " /s", 0),
            "≥ 500",
        ),
        (
            f"{pods} pods POSTed, 16 connections: Running",
            show(mine["running"], " /s", 0),
            show(theirs["running"], " /s", 0),
            "≥ 300",
        ),
        (
            "write → watch event p99, 1 watcher",
            show(mine["watch1"] and mine["watch1"] * ms, " ms"),
            show(theirs["watch1"] and theirs["watch1"] * ms, " ms"),
            "≤ 5 ms",
        ),
        (
            "write → watch event p99, 100 watchers",
            show(mine["watch100"] and mine["watch100"] * ms, " ms"),
            show(theirs["watch100"] and theirs["watch100"] * ms, " ms"),
            "≤ 12 ms",
        ),
        (f"LIST of {many} pods, full JSON", show(mine["list"], " s", 3), show(theirs["list"], " s", 3), "≤ 0.15 s"),
        (f"memory with {many} pods on 100 nodes", show(found["full_mib"], " MiB", 0), "2159 MiB", "≤ 430 MiB"),
        ("throughput that recording costs, nobody watching", show(mine["tracing"], " %"), "–", "≤ 5 %"),
        (
            "commit → DOM changed p99, one viewer, 20 changes/s",
            show(mine["viewer"] and mine["viewer"] * ms, " ms"),
            "–",
            "≤ 50 ms",
        ),
        *viewer_lines(ours, show),
        (f"cost of a pod at {many} against {pods}", show(mine["cost"], "", 2), show(theirs["cost"], "", 2), "≤ 1.2"),
    ]
    head = "| work | KubeLearn | Kubernetes 1.37.2 + kwok, limits raised | goal |\n|---|---|---|---|\n"
    return head + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def viewer_lines(ours, show):
    """Rows of the table: how late a frame is at each count of viewers, and what an idle viewer costs."""
    lines = []
    for count in VIEWERS:
        late = best(of(ours, "viewers", viewers=count), "p99_s")
        goal = "≤ 50 ms" if count == 1 else "≤ 100 ms"
        lines.append(
            (f"commit → frame p99, {count} viewers, 10 changes/s", show(late and late * 1000, " ms"), "–", goal)
        )
    memory = best(of(ours, "viewers", viewers=VIEWERS[-1]), "kib_per_viewer")
    lines.append(("memory of an idle viewer", show(memory, " KiB", 0), "–", "≤ 200 KiB"))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the objects; compares with nothing")
    scale = 0.1 if parser.parse_args().quick else 1.0
    with tempfile.TemporaryDirectory() as folder:
        installed, out = Installation(Path(folder)), Path(folder) / "ours.jsonl"
        try:
            found = measure(installed, out, scale)
            text = table(rows(out), rows(PEER), found, scale)
        finally:
            if installed.process is not None and installed.process.poll() is None:
                installed.kill()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    heading = f"# Results\n\n{datetime.now():%d %b %Y}, {machine}; `make bench`. The peer was measured on a machine of this size; ratios travel, absolute figures do not.\n\n"
    print(text)
    if scale == 1.0:
        notes = HERE / "NOTES.md"
        (HERE / "RESULTS.md").write_text(heading + text + ("\n" + notes.read_text() if notes.exists() else ""))


if __name__ == "__main__":
    main()
