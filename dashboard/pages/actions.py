"""What a person does on the diagram page: make and delete pods, switch power, act on nodes, pace and hold messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.wire.control import HOLD, Rule
from dashboard.pages import opened
from dashboard.pages.cluster import of_cluster
from dashboard.presenters import node, pod_form

PACES = {"real": 0.0, "slow": 0.8}
STEP = "step"


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
@require_POST
def act_on_node(request: HttpRequest, cluster: RunningCluster, name: str, action: str) -> HttpResponse:
    try:
        notice = FLEET.run(node.act(cluster, request.user.get_username(), name, action))
    except KeyError as error:
        raise Http404(f'node "{name}" cannot be asked to {action}') from error
    return _thing(request, cluster, f"node.{name}", notice)


@of_cluster
@require_POST
def pace(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """`real`, `slow`, or `step`: every message about a certain pod waits until it is released."""
    chosen = request.POST.get("pace", "")
    if chosen not in (*PACES, STEP):
        return HttpResponseBadRequest("pace must be real, slow or step")
    FLEET.run(_call(_set_pace, cluster, chosen))
    return HttpResponse(status=204)


@of_cluster
@require_POST
def held(request: HttpRequest, cluster: RunningCluster, hop: int, how: str) -> HttpResponse:
    """Release or drop one held message."""
    control = cluster.wire.control
    actions: dict[str, Callable[[int], None]] = {"release": control.release, "drop": control.drop}
    if how not in actions:
        raise Http404(f"a held message cannot be asked to {how}")
    try:
        FLEET.run(_call(actions[how], hop))
    except KeyError as error:
        raise Http404(f"hop {hop} is not held") from error
    return HttpResponse(status=204)


async def _call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def _set_pace(cluster: RunningCluster, chosen: str) -> None:
    control = cluster.wire.control
    stepping = [rule.id for rule in control.rules.values() if rule.action == HOLD and rule.resource == "pods"]
    control.set_pace(PACES.get(chosen, 0.0))
    if chosen == STEP and not stepping:
        control.add(Rule(HOLD, resource="pods", name="?*"))
    elif chosen != STEP:
        for rule_id in stepping:
            control.remove(rule_id)
        control.release_all()


def _thing(request: HttpRequest, cluster: RunningCluster, thing_id: str, notice: str = "") -> HttpResponse:
    return opened.panel(request, cluster, thing_id, notice=notice)
