"""SchedulingGates: a pod waits outside the queue until its gates are gone.

Models: framework/plugins/schedulinggates/scheduling_gates.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj

NAME = "SchedulingGates"


class SchedulingGates:
    """PreEnqueue."""

    name = NAME

    def pre_enqueue(self, pod: Obj) -> str:
        gates = [gate["name"] for gate in pod["spec"].get("schedulingGates") or ()]
        return f"waiting for scheduling gates: [{' '.join(gates)}]" if gates else ""
