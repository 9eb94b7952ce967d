"""What the pages of one cluster share: finding it, or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster

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
