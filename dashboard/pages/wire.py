"""The Wire panel: the list of messages, one of them opened, and a journey as a sequence chart."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_all, of_cluster
from dashboard.presenters import journey, messages, past, sequence, wire_list


@of_cluster
@require_safe
def wire(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The last messages; `?component=`, `verb=`, `kind=`, `object=`, `outcome=`, `pod=<uid>`, `heartbeats=on` narrow."""
    return of_all(request, cluster, "parts/wire.html", lambda: _listed(cluster, request.GET.dict()))


def _listed(cluster: RunningCluster, asked: dict[str, str]) -> dict[str, Any]:
    then = past.moment(cluster, asked.get("at", ""))
    return {"cluster": cluster, **wire_list.listed(cluster, asked, then.time if then else None)}


@of_cluster
@require_safe
def hop(request: HttpRequest, cluster: RunningCluster, hop: int) -> HttpResponse:
    found = messages.one(cluster, hop)
    if found is None:
        raise Http404(f"hop {hop} is not kept")
    return render(request, "parts/hop.html", {"cluster": cluster, **found})


@of_cluster
@require_safe
def chart(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The journey that the request `?hop=` began, or `?pod=<uid>`'s, as lifelines; `file=yes`: as a file to keep."""
    uid, asked = request.GET.get("pod", ""), request.GET.get("hop", "")
    found = journey.by_hop(cluster, int(asked)) if asked.isdigit() and len(asked) < 16 else journey.by_uid(cluster, uid)
    if found is None:
        raise Http404("no such journey is kept")
    theme = request.GET.get("theme", "light")
    drawn = sequence.chart(journey.hops_of(cluster, found), f"Pod {found['pod']}", _steps(found), theme)
    context = {"cluster": cluster, "chart": drawn, "query": f"hop={found['hop']}"}
    if "file" not in request.GET:
        return render(request, "parts/sequence.html", context)
    response = render(request, "parts/sequence.svg", context, content_type="image/svg+xml")
    name = found["pod"].replace("/", "-")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return response


def _steps(found: dict[str, Any]) -> dict[int, int]:
    return {step["hop"]: step["step"] for step in found["steps"] if step["hop"]}
