"""What is broken, with a button to mend each; and the ways to break more."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from dashboard.pages.cluster import of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import breaking

INTERNAL = "machines"


@of_cluster
@of_owner
@require_http_methods(["GET", "HEAD", "POST"])
def faults(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The list; POST breaks what the form says."""
    if request.method != "POST":
        return _panel(request, cluster)
    try:
        FLEET.run(breaking.break_(cluster, request.POST.dict()))
    except (KeyError, ValueError) as error:
        fault = str(error) if isinstance(error, ValueError) else f"there is no {error.args[0] or 'such thing'}"
        return _panel(request, cluster, fault)
    return _panel(request, cluster)


@of_cluster
@of_owner
@require_POST
def mend(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """Mend the fault `id`."""
    try:
        FLEET.run(cluster.faults.mend(request.POST.get("id", "")))
    except KeyError as error:
        raise Http404("that is not broken") from error
    return _panel(request, cluster)


def _panel(request: HttpRequest, cluster: RunningCluster, fault: str = "") -> HttpResponse:
    ids = [state.id for state in cluster.components() if state.id != INTERNAL]
    context: dict[str, Any] = {
        "cluster": cluster,
        "broken": cluster.faults.listed(),
        "fault": fault,
        "components": ids,
        "nodes": sorted({node for each in ids if (node := component.node_of(each))}),
    }
    return render(request, "parts/faults.html", context, status=422 if fault else 200)
