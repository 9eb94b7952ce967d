#!/usr/bin/env python3
"""Commit → DOM changed: one viewer of the diagram in a real browser, one writer that changes a pod's status.

The commit's moment is that of the revision in etcd's log; the browser stamps the change of the pod's element with a
MutationObserver. Both clocks are this machine's; the cluster's clock is compared with it first. KubeLearn only.
"""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playwright.sync_api import sync_playwright  # noqa: E402  # needs the path above

from bench.kube import pct  # noqa: E402  # needs the path above

POD = "bench-viewer"
PODS = "/api/v1/namespaces/default/pods"
WATCH = """
window.seen = {};
new MutationObserver((all) => {
  const at = performance.timeOrigin + performance.now();
  for (const { target } of all) {
    const words = target.getAttribute?.("aria-label") ?? "";
    const found = words.match(/bench-viewer: (r\\d+)/);
    if (found) seen[found[1]] ??= at / 1000;
  }
}).observe(document.getElementById("pods"), { subtree: true, attributes: true, attributeFilter: ["aria-label"] });
"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def clock_offset(installed):
    """Cluster time minus this machine's, by the quickest of some answers."""
    best = (9e9, 0.0)
    for _ in range(20):
        before = time.time()
        told = installed.api("/api/clusters/demo/")["time"]
        after = time.time()
        best = min(best, (after - before, told - (before + after) / 2))
    return best[1]


def measure(installed, writes=300, rate=20.0):
    """{"writes", "seen", "p50_s", "p99_s", "max_s"} of one viewer."""
    browser_path = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))))
    body = {
        "metadata": {"name": POD},
        "spec": {"nodeSelector": {"bench": "nowhere"}, "containers": [{"name": "c", "image": "nginx"}]},
    }
    assert installed.kube(PODS, "POST", body)[0] == 201
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://{installed.http}{link(installed)}")
        page.locator(f"#pods [aria-label*='{POD}']").wait_for()
        page.evaluate(WATCH)
        revisions = write(installed, writes, rate)
        page.wait_for_timeout(1000)
        seen = page.evaluate("seen")
        browser.close()
    offset = clock_offset(installed)
    committed = {}
    after = 0
    for row in installed.api(
        f"/api/clusters/demo/revisions/?key=/registry/pods/default/{POD}&limit=1000&after={after}"
    ):
        committed[row["revision"]] = row["time"] - offset
    delays = [seen[word] - committed[revision] for word, revision in revisions.items() if word in seen]
    installed.kube(f"{PODS}/{POD}?gracePeriodSeconds=0", "DELETE")
    return {
        "writes": writes,
        "seen": len(delays),
        "p50_s": pct(delays, 50),
        "p99_s": pct(delays, 99),
        "max_s": round(max(delays), 5),
    }


def link(installed):
    """A path that signs the browser in; a fresh link each time."""
    return "/" + installed.link().partition("//")[2].partition("/")[2]


def write(installed, writes, rate):
    """word → the revision that wrote it"""
    revisions, due = {}, time.monotonic()
    for number in range(writes):
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))
        patch = [{"op": "add", "path": "/status/reason", "value": f"r{number}"}]
        code, pod = installed.kube(f"{PODS}/{POD}/status", "PATCH", patch, content_type="application/json-patch+json")
        assert code == 200, pod
        revisions[f"r{number}"] = int(pod["metadata"]["resourceVersion"])
    return revisions


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=int, default=300)
    parser.add_argument("--rate", type=float, default=20.0, help="writes per second")
    parser.add_argument("--json", default="", help="append the figures to this file")
    arguments = parser.parse_args()
    import tempfile

    from tests.installation import installation

    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as installed:
        time.sleep(3)
        found = {"bench": "viewer", "label": "KubeLearn", **measure(installed, arguments.writes, arguments.rate)}
    print(json.dumps(found))
    if arguments.json:
        with open(arguments.json, "a") as file:
            file.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
