"""What a person does on the diagram page: make and delete pods, switch power, act on nodes."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.pages import opened
from dashboard.pages.cluster import of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import making, node, pod_form
from dashboard.presenters.form_kinds import FORMS


@of_cluster
@require_POST
def create_pod(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The form, with its faults, or with what was made; the page then follows that request."""
    form = pod_form.read(request.POST)
    if form.errors:
        outcome = pod_form.Outcome(errors=form.errors)
    else:
        outcome = FLEET.run(pod_form.submit(cluster, request.user.get_username(), form.pod))
    context = {
        "cluster": cluster,
        "catalogue": pod_form.CATALOGUE,
        "typed": form.typed,
        "errors": outcome.errors,
        "made": outcome.made,
        "asked": not outcome.errors and outcome.made is None,
        "shown": making.of_pod(cluster, form),
        "kinds": ("Pod", *FORMS),
        "kind": "Pod",
    }
    response = render(request, "parts/pod_form.html", context, status=422 if outcome.errors else 200)
    if not outcome.errors:
        uid = outcome.made["metadata"]["uid"] if outcome.made else ""
        response.headers["HX-Trigger"] = json.dumps({"follow": {"uid": uid}})
    elif not form.errors:
        response.headers["HX-Trigger"] = "refused"
    return response


@of_cluster
@require_POST
def delete_pod(request: HttpRequest, cluster: RunningCluster, namespace: str, name: str) -> HttpResponse:
    notice = FLEET.run(node.delete_pod(cluster, request.user.get_username(), namespace, name))
    return _thing(request, cluster, f"pod.{namespace}/{name}", notice)


@of_cluster
@of_owner
@require_POST
def power(request: HttpRequest, cluster: RunningCluster, component_id: str) -> HttpResponse:
    """Switch a component, a loop or a node on or off, as `running` says."""
    running = request.POST.get("running")
    if running not in ("true", "false"):
        return HttpResponseBadRequest('running must be "true" or "false"')
    try:
        FLEET.run(cluster.start(component_id) if running == "true" else cluster.stop(component_id))
    except KeyError as error:
        raise Http404(f'component "{component_id}" not found') from error
    shown = request.POST.get("show") or component_id
    return opened.panel(request, cluster, shown, request.POST.get("view", ""))


@of_cluster
@of_owner
@require_POST
def act_on_node(request: HttpRequest, cluster: RunningCluster, name: str, action: str) -> HttpResponse:
    try:
        notice = FLEET.run(node.act(cluster, request.user.get_username(), name, action))
    except KeyError as error:
        raise Http404(f'node "{name}" cannot be asked to {action}') from error
    return _thing(request, cluster, f"node.{name}", notice)


def _thing(request: HttpRequest, cluster: RunningCluster, thing_id: str, notice: str = "") -> HttpResponse:
    return opened.panel(request, cluster, thing_id, notice=notice)
