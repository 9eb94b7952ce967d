"""`/c/<slug>/`: the live diagram and its Story; the other panels are in `wire` and `opened`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.lessons import tour
from dashboard.models import Visit
from dashboard.pages.cluster import of_all, of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import journey, making, other_journeys, past, pod_form
from dashboard.presenters.form_kinds import FORMS

OTHERS = 10


@of_cluster
@require_safe
def diagram(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    clusters = sorted(FLEET.clusters)
    form = pod_form.read({"name": "web", "image": "nginx"})
    context = {
        "cluster": cluster,
        "clusters": clusters,
        "catalogue": pod_form.CATALOGUE,
        "typed": form.typed,
        "shown": making.of_pod(cluster, form),
        "kinds": ("Pod", *FORMS),
        "kind": "Pod",
        "tour": tour.told(),
        "first_visit": not Visit.objects.filter(user=request.user).exists(),
    }
    return render(request, "pages/diagram.html", context)


@of_cluster
@require_safe
def story(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The journey of `?pod=<uid>` or `?hop=<request>`, else the newest."""
    return of_all(request, cluster, "parts/story.html", lambda: _story(cluster, request.GET.dict()))


def _story(cluster: RunningCluster, asked: dict[str, str]) -> dict[str, Any]:
    uid, hop = asked.get("pod", ""), asked.get("hop", "")
    then = past.moment(cluster, asked.get("at", ""))
    until = then.time if then else None
    newest = journey.newest(cluster, OTHERS, until)
    if hop.isdigit() and len(hop) < 16:
        chosen = journey.by_hop(cluster, int(hop), until) or other_journeys.by_hop(cluster, int(hop), until)
    elif uid:
        chosen = journey.by_uid(cluster, uid, until)
    else:
        chosen = journey.by_hop(cluster, newest[0]["hop"], until) if newest else None
    return {
        "cluster": cluster,
        "journey": chosen,
        "newest": newest,
        "others": other_journeys.newest(cluster, OTHERS, until),
        "pinned": bool(uid or hop),
    }


@of_cluster
@of_owner
@require_safe
def kubeconfig(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The administrator's kubeconfig, for the owner's own kubectl."""
    response = HttpResponse(cluster.kubeconfig(), content_type="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="kubeconfig-{cluster.slug}"'
    response.headers["Cache-Control"] = "no-store"
    return response
