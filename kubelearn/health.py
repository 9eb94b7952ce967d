"""`/healthz` and `/readyz` of the whole installation; open to anyone, they tell nothing but yes or no."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cluster.kubeadm.fleet import FLEET


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Every cluster that shall run is up."""
    if FLEET.ready:
        return HttpResponse("ok", content_type="text/plain")
    return HttpResponse("clusters are starting", status=503, content_type="text/plain")
