"""The past: the whole page as it was at a revision, and a new cluster that goes on from there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cluster.kubeadm.fleet import FLEET, ClusterExists
from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.presenters import past, revisions


@of_cluster
@require_safe
def frame(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """What the diagram draws for `?at=<revision>`; 410 when it is no longer readable."""
    try:
        then = past.moment(cluster, request.GET.get("at", ""))
    except revisions.EtcdError as error:
        return JsonResponse({"detail": str(error), "readable": revisions.counters(cluster.slug)}, status=410)
    if then is None:
        return JsonResponse({"detail": "at must be a revision"}, status=400)
    return JsonResponse(past.frame(cluster, then))


@of_cluster
@require_POST
def fork(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """A new cluster `name` with the state of `revision`."""
    name, revision = request.POST.get("name", "").strip(), request.POST.get("revision", "")
    try:
        FLEET.run(FLEET.fork(cluster.slug, name, int(revision) if revision.isdigit() and len(revision) < 16 else 0))
    except (ValueError, ClusterExists, revisions.EtcdError) as problem:
        return JsonResponse({"detail": str(problem)}, status=422)
    return JsonResponse({"url": reverse("diagram", args=[name])}, status=201)
