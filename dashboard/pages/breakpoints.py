"""The list of breakpoints and the form for another."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.journeys.steps import STEPS
from dashboard.pages.cluster import of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import breakpoint

KINDS = ("Pod", "Deployment", "ReplicaSet", "Service", "Node", "ConfigMap", "Event")
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "WATCH", "Txn", "CreateContainer", "NOTE")


@of_cluster
@of_owner
@require_http_methods(["GET", "HEAD", "POST"])
def breakpoints(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """All of them; POST adds the one that the form describes."""
    if request.method != "POST":
        return _panel(request, cluster)
    typed = request.POST.dict()
    try:
        rule = breakpoint.read(cluster.registry, typed)
        FLEET.run(cluster.controls.add(rule))
    except ValueError as error:
        return _panel(request, cluster, typed=typed, fault=str(error))
    return _panel(request, cluster)


@of_cluster
@of_owner
@require_POST
def change(request: HttpRequest, cluster: RunningCluster, number: int, how: str) -> HttpResponse:
    """`on`, `off`, or `remove` (what it holds is released)."""
    if not any(each["id"] == number for each in breakpoint.listed(cluster)):
        raise Http404(f"there is no breakpoint {number}")
    if how == "remove":
        FLEET.run(cluster.controls.remove(number, release=True))
    elif how in ("on", "off"):
        FLEET.run(cluster.controls.enable(number, how == "on"))
    else:
        raise Http404("on, off or remove")
    return _panel(request, cluster)


def _panel(request: HttpRequest, cluster: RunningCluster, **more: Any) -> HttpResponse:
    context = {
        "cluster": cluster,
        "breakpoints": breakpoint.listed(cluster),
        "steps": STEPS,
        "components": ["client", *(state.id for state in cluster.components() if state.id != "machines")],
        "kinds": KINDS,
        "verbs": VERBS,
        "typed": {},
        **more,
    }
    return render(request, "parts/breakpoints.html", context, status=422 if more.get("fault") else 200)
