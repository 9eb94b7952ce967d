"""`/`: the clusters of this installation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cluster.kubeadm import demo
from cluster.kubeadm.fleet import FLEET, ClusterExists


@login_required
@require_http_methods(["GET", "POST"])
def clusters(request: HttpRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        name, mode = request.POST.get("name", ""), request.POST.get("mode", "course")
        try:
            FLEET.run(FLEET.create(name, mode=mode, nodes=demo.NODES))
            return redirect("diagram", slug=name)
        except (ValueError, ClusterExists) as problem:
            error = str(problem)
    rows = [{"slug": each.slug, "mode": each.row.mode} for each in FLEET.clusters.values()]
    return render(request, "pages/clusters.html", {"clusters": rows, "error": error}, status=422 if error else 200)
