"""The first visit: that somebody took the tour, or does not want it, is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from cluster.kubeadm.running import RunningCluster
from dashboard.models import Visit
from dashboard.pages.cluster import of_cluster


@of_cluster
@require_POST
def tour(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """`how` it ended: done or skipped."""
    how = request.POST.get("how", "")
    if how not in Visit.ENDS:
        return HttpResponseBadRequest("how must be done or skipped")
    Visit.objects.update_or_create(user=request.user, defaults={"tour": how})
    return HttpResponse(status=204)
