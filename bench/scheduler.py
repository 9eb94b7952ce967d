"""Decisions a second of the scheduler's cycle alone, in this process: plain pods on 100 and on 1,000 nodes.

`.venv/bin/python bench/scheduler.py` prints a line a size. Nothing is written and nobody is asked over the wire: what is
measured is filter, score, choose, the assumed pod and the record of the decision.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cluster.scheduler.cache import Cache
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.decision import Told
from cluster.scheduler.pod_info import PodInfo

SIZES = ((100, 2_000), (1_000, 2_000))
ROOM = {"cpu": "32", "memory": "256Gi", "pods": "110"}


def node(index):
    labels = {"kubernetes.io/hostname": f"n{index}", "topology.kubernetes.io/zone": f"z{index % 3}"}
    return {
        "metadata": {"name": f"n{index}", "uid": f"n{index}", "labels": labels},
        "spec": {},
        "status": {"allocatable": ROOM, "capacity": ROOM},
    }


def pod(index, **spec):
    requests = {"cpu": f"{50 + index % 7 * 10}m", "memory": "64Mi"}
    container = {"name": "c", "image": "nginx", "resources": {"requests": requests}}
    metadata = {"name": f"p{index}", "namespace": "default", "uid": f"p{index}", "labels": {"app": "web"}}
    return {"metadata": metadata, "spec": {"containers": [container], **spec}, "status": {}}


SPREAD = {
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": "web"}},
        }
    ]
}


def decisions_a_second(nodes, pods, spec):
    cache = Cache()
    for index in range(nodes):
        cache.set_node(node(index))
    cycle = Cycle(cache, random.Random(1).choice)
    waiting = [pod(index, **spec) for index in range(pods)]
    began = time.perf_counter()
    for each in waiting:
        info = PodInfo(each)
        decision = cycle.decide(info)
        assert decision.node
        cache.assume(info, decision.node)
        Told(decision)
    return pods / (time.perf_counter() - began)


if __name__ == "__main__":
    for nodes, pods in SIZES:
        for name, spec in (("plain", {}), ("spread over zones", SPREAD)):
            found = decisions_a_second(nodes, pods if not spec else pods // 4, spec)
            print(f"{nodes:5} nodes, {name:18} {found:7.0f} decisions/s")
