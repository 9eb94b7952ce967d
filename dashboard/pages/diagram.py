"""`/c/<slug>/`: the live diagram and its panels Story and Wire; the Object panel is in `opened`."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.presenters import journey, messages
from dashboard.presenters.pod_form import CATALOGUE

OTHERS = 10


@of_cluster
@require_safe
def diagram(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    clusters = sorted(FLEET.clusters)
    context = {
        "cluster": cluster,
        "clusters": clusters,
        "catalogue": CATALOGUE,
        "typed": {"name": "web", "image": "nginx"},
    }
    return render(request, "pages/diagram.html", context)


@of_cluster
@require_safe
def story(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The journey of `?pod=<uid>` or `?hop=<request>`, else the newest."""
    uid, hop = request.GET.get("pod", ""), request.GET.get("hop", "")
    newest = journey.newest(cluster, OTHERS)
    if hop.isdigit() and len(hop) < 16:
        chosen = journey.by_hop(cluster, int(hop))
    elif uid:
        chosen = journey.by_uid(cluster, uid)
    else:
        chosen = journey.by_hop(cluster, newest[0]["hop"]) if newest else None
    context = {"cluster": cluster, "journey": chosen, "newest": newest, "pinned": bool(uid or hop)}
    return render(request, "parts/story.html", context)


@of_cluster
@require_safe
def wire(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The last messages: all, or `?pod=<uid>`'s, or `?component=<id>`'s; `?heartbeats=on` shows those too."""
    uid, component = request.GET.get("pod", ""), request.GET.get("component", "")
    heartbeats = request.GET.get("heartbeats") == "on"
    hops = messages.last(cluster, uid=uid, component=component, heartbeats=heartbeats)
    return render(request, "parts/wire.html", {"cluster": cluster, "hops": hops, "component": component, "pod": uid})


@of_cluster
@require_safe
def hop(request: HttpRequest, cluster: RunningCluster, hop: int) -> HttpResponse:
    found = messages.one(cluster, hop)
    if found is None:
        raise Http404(f"hop {hop} is not kept")
    return render(request, "parts/hop.html", {"cluster": cluster, **found})


@of_cluster
@require_safe
def kubeconfig(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The administrator's kubeconfig, for the owner's own kubectl."""
    response = HttpResponse(cluster.kubeconfig(), content_type="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="kubeconfig-{cluster.slug}"'
    response.headers["Cache-Control"] = "no-store"
    return response
