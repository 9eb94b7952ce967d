"""The search palette's answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.presenters import searching

LONGEST = 300


@of_cluster
@require_safe
def search(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """What `?q=` finds, as JSON."""
    return JsonResponse({"found": searching.found(cluster, request.GET.get("q", "")[:LONGEST])})
