"""The past: the whole page as it was at a revision, and a new cluster that goes on from there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cluster.kubeadm.fleet import FLEET, ClusterExists
from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import past, putting_back, revisions


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
@of_owner
@require_POST
def fork(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """A new cluster `name` with the state of `revision`."""
    name, revision = request.POST.get("name", "").strip(), request.POST.get("revision", "")
    try:
        FLEET.run(FLEET.fork(cluster.slug, name, int(revision) if revision.isdigit() and len(revision) < 16 else 0))
    except (ValueError, ClusterExists, revisions.EtcdError) as problem:
        return JsonResponse({"detail": str(problem)}, status=422)
    return JsonResponse({"url": reverse("diagram", args=[name])}, status=201)


@of_cluster
@of_owner
@require_http_methods(["GET", "HEAD", "POST"])
def put_back(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """What `?revision=` would change; a POST does it and tells what became of each object."""
    asked = request.POST.get("revision", "") or request.GET.get("revision", "")
    context = {"cluster": cluster, "newest": revisions.counters(cluster.slug)}
    if asked:
        planned = putting_back.plan(cluster, int(asked) if asked.isdecimal() and len(asked) < 16 else 0)
        if request.method == "POST" and not planned.fault:
            FLEET.run(putting_back.carry_out(cluster, request.user.get_username(), planned))
        counts = {how: planned.count(how) for how in ("create", "update", "delete")}
        faults = sum(bool(change.fault) for change in planned.changes)
        context |= {"plan": planned, "counts": counts, "faults": faults, "done": request.method == "POST"}
    return render(request, "parts/put_back.html", context)
