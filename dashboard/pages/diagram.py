"""`/c/<slug>/`: the live diagram, its panels, the create-pod form and the power switches."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from dashboard.presenters import journey, pod_form

CATALOGUE = ("nginx", "httpd", "redis", "postgres", "busybox", "alpine", "hello-world", "crash")


def _cluster(slug: str) -> RunningCluster:
    found = FLEET.get(slug)
    if found is None:
        raise Http404(f'cluster "{slug}" not found')
    return found


def _text(body: Any) -> str:
    return "" if body is None else json.dumps(body, indent=2, ensure_ascii=False)


@login_required
@require_safe
def diagram(request: HttpRequest, slug: str) -> HttpResponse:
    cluster = _cluster(slug)
    return render(request, "pages/diagram.html", {"cluster": cluster, "catalogue": CATALOGUE, "form": {}, "errors": {}})


@login_required
@require_safe
def story(request: HttpRequest, slug: str) -> HttpResponse:
    cluster, uid = _cluster(slug), request.GET.get("pod", "")
    newest = journey.journeys(cluster, 12)
    chosen = journey.by_uid(cluster, uid) if uid else next(iter(newest), None)
    return render(request, "pages/diagram.html#story", {"cluster": cluster, "journey": chosen, "journeys": newest})


@login_required
@require_safe
def wire(request: HttpRequest, slug: str) -> HttpResponse:
    cluster = _cluster(slug)
    hops = [hop for hop in query.hops(cluster.wire, Filter(limit=300)) if "leases" not in hop["path"]][-60:]
    return render(request, "pages/diagram.html#wire", {"cluster": cluster, "hops": list(reversed(hops))})


@login_required
@require_safe
def hop(request: HttpRequest, slug: str, hop: int) -> HttpResponse:
    found: dict[str, Any] | None = query.hop(_cluster(slug).wire, hop)
    if found is None:
        raise Http404(f"hop {hop} is not kept")
    context = {
        "slug": slug,
        "hop": found,
        "asked": _text(found.get("request")),
        "answered": _text(found.get("response")),
    }
    return render(request, "pages/diagram.html#hop", context)


@login_required
@require_POST
def create_pod(request: HttpRequest, slug: str) -> HttpResponse:
    cluster, user = _cluster(slug), request.user.get_username()
    form = pod_form.read(request.POST)
    made, errors = FLEET.run(pod_form.submit(cluster, user, form)) if not form["errors"] else (None, form["errors"])
    context = {"cluster": cluster, "catalogue": CATALOGUE, "form": form, "errors": errors, "made": made}
    return render(request, "pages/diagram.html#form", context, status=422 if errors else 200)


@login_required
@require_POST
def power(request: HttpRequest, slug: str, component_id: str) -> HttpResponse:
    cluster = _cluster(slug)
    try:
        running = cluster.component(component_id).running
        FLEET.run(cluster.stop(component_id) if running else cluster.start(component_id))
    except KeyError as error:
        raise Http404(f'component "{component_id}" not found') from error
    return HttpResponse(status=204)
