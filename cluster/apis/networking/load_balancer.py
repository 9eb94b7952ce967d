"""The addresses at which a load balancer takes in what comes from outside, as tables show them.

Models: pkg/printers/internalversion/printers.go ingressLoadBalancerStatusStringer v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj

WIDTH = 16


def addresses(obj: Obj) -> str:
    """The addresses in order, cut to sixteen characters."""
    points = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    text = ",".join(sorted({point.get("ip") or point.get("hostname") or "" for point in points} - {""}))
    return f"{text[: WIDTH - 3]}..." if len(text) > WIDTH else text
