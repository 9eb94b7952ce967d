"""`/`: the clusters of this installation; make one, set one up, delete one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cluster.kubeadm import demo
from cluster.kubeadm.fleet import FLEET, ClusterExists
from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.permission import MESSAGE, of_owner, owns
from dashboard.presenters import cluster as presenter

MOST_WORKERS = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clusters(request: HttpRequest) -> HttpResponse:
    typed, errors = {"name": "", "mode": "course", "workers": "3", "control_planes": "1"}, {}
    if request.method == "POST":
        if not owns(request.user):
            raise PermissionDenied(MESSAGE)
        typed = {name: request.POST.get(name, "").strip() for name in typed}
        errors = presenter.faults(typed, MOST_WORKERS)
        if not errors:
            try:
                sizes = int(typed["workers"]), int(typed["control_planes"])
                FLEET.run(demo.build(FLEET, typed["name"], typed["mode"], *sizes))
                return redirect("diagram", slug=typed["name"])
            except (ValueError, ClusterExists) as problem:
                errors = {"name": str(problem)}
    context = {"clusters": presenter.listed(FLEET), "typed": typed, "errors": errors, "most": MOST_WORKERS}
    return render(request, "pages/clusters.html", context, status=422 if errors else 200)


@of_cluster
@of_owner
@require_POST
def settings(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """Change between course and upstream mode."""
    try:
        FLEET.run(FLEET.set_mode(cluster.slug, request.POST.get("mode", "")))
    except ValueError as problem:
        return HttpResponseBadRequest(str(problem))
    back = request.POST.get("back")
    return redirect("diagram", slug=cluster.slug) if back == "diagram" else redirect("clusters")


@of_cluster
@of_owner
@require_POST
def delete(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """Delete a cluster with all it holds; its name must be typed."""
    if request.POST.get("confirm") != cluster.slug:
        return HttpResponseBadRequest("type the cluster's name to delete it")
    FLEET.run(FLEET.delete(cluster.slug))
    return redirect("clusters")
