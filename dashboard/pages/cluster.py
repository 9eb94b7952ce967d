"""What the pages of one cluster share: finding it, or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.presenters import shared

Page = Callable[..., HttpResponse]


def of_cluster(page: Page) -> Page:
    """`page(request, cluster, …)` behind the sign-in, for the cluster that the path's slug names."""

    @login_required
    @wraps(page)
    def found(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        return page(request, cluster(slug), **more)

    return found


def cluster(slug: str) -> RunningCluster:
    found = FLEET.get(slug)
    if found is None:
        raise Http404(f'cluster "{slug}" not found')
    return found


def of_all(
    request: HttpRequest, cluster: RunningCluster, template: str, context: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """A part that every viewer sees alike: those who ask for it at once are given one reading of it."""
    asked = getattr(request, "scope", {}).get(shared.ASKED) or next(shared.numbers)
    key = (cluster.slug, template, request.GET.urlencode(), get_language())
    return HttpResponse(shared.SHARED.read(key, asked, lambda: render_to_string(template, context())))
