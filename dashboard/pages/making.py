"""The forms that make an object: a kind's form, what it stands for as it is typed, and the request that makes it."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.presenters import making, pod_form
from dashboard.presenters.form_kinds import FORMS

POD = {"name": "web", "image": "nginx"}


@of_cluster
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, cluster: RunningCluster, kind: str) -> HttpResponse:
    """A kind's form; what was POSTed is asked of the API server."""
    context = {"cluster": cluster, "kinds": ("Pod", *FORMS), "kind": kind}
    if kind == "Pod":
        typed = pod_form.read(POD)
        context |= {"catalogue": pod_form.CATALOGUE, "typed": typed.typed, "shown": making.of_pod(cluster, typed)}
        return render(request, "parts/pod_form.html", context)
    if kind not in FORMS:
        raise Http404(f'there is no form for "{kind}"')
    made = making.read(kind, request.POST) if request.method == "POST" else making.start(kind)
    if request.method != "POST":
        made.errors = {}  # nothing is wrong before anything is typed
    elif not made.errors:
        FLEET.run(making.submit(cluster, request.user.get_username(), made))
    context |= {"errors": made.errors, "fields": making.fields(made), "shown": making.of_form(cluster, made)}
    response = render(request, "parts/form.html", context, status=422 if made.errors else 200)
    if made.made is not None:
        response.headers["HX-Trigger"] = json.dumps({"made": {"id": making.key_of(cluster, made.made)}})
    return response


@of_cluster
@require_POST
def shown(request: HttpRequest, cluster: RunningCluster, kind: str) -> HttpResponse:
    """The YAML and the command of what is typed so far."""
    if kind == "Pod":
        found = making.of_pod(cluster, pod_form.read(request.POST))
    elif kind in FORMS:
        found = making.of_form(cluster, making.read(kind, request.POST))
    else:
        raise Http404(f'there is no form for "{kind}"')
    return render(request, "parts/shown.html", {"shown": found})
