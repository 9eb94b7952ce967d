"""The transport bar: the pace of messages, what is held, the cluster's clock."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.wire import pace as paces
from cluster.wire.pace import Pace
from dashboard.pages.cluster import of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import held_message, timekeeping


@of_cluster
@of_owner
@require_POST
def pace(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """`pace` is real, slow (each message takes `seconds`), step or pause; of everything, or of `pod` only."""
    seconds = _number(request.POST, "seconds", paces.SECONDS)
    if not 0 < seconds <= paces.LONGEST_SECONDS:
        return HttpResponseBadRequest(f"seconds must be more than 0 and at most {paces.LONGEST_SECONDS:g}")
    try:
        chosen = Pace(request.POST.get("pace", ""), seconds, request.POST.get("pod", ""))
    except ValueError as error:
        return HttpResponseBadRequest(str(error))
    return _done(cluster.controls.set_pace(chosen))


@of_cluster
@of_owner
@require_POST
def step(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """Let the message go that waits longest."""
    return _done(cluster.controls.next())


@of_cluster
@of_owner
@require_POST
def held(request: HttpRequest, cluster: RunningCluster, hop: int, how: str) -> HttpResponse:
    """Do something with one held message: release, drop, duplicate, delay by `seconds`, edit to `body`."""
    try:
        by = request.user.get_username()
        verdict = held_message.verdict(how, by, _number(request.POST, "seconds", 0.0), request.POST.get("body", ""))
    except ValueError as error:
        return HttpResponseBadRequest(str(error))
    return _done(cluster.controls.decide(hop, verdict))


@of_cluster
@require_safe
def edit(request: HttpRequest, cluster: RunningCluster, hop: int) -> HttpResponse:
    """The body of a held message, to be changed."""
    try:
        found = held_message.one(cluster, hop)
    except KeyError as error:
        raise Http404(f"message {hop} is not held") from error
    return render(
        request, "parts/edit_held.html", {"cluster": cluster, **found, "text": held_message.text_of(found["body"])}
    )


@of_cluster
@require_safe
def time(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """What the clock will wake next."""
    return render(request, "parts/timers.html", {"cluster": cluster, **FLEET.run(timekeeping.told(cluster))})


@of_cluster
@of_owner
@require_POST
def change_time(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """`rate`, `holds` (true, false), `forward` (seconds) or `next`."""
    given = request.POST
    if given.get("holds") in ("true", "false"):
        return _done(cluster.controls.set_holds(given["holds"] == "true"))
    if "rate" in given:
        return _done(cluster.controls.set_rate(_number(given, "rate", 0.0)))
    if "forward" in given:
        return _done(timekeeping.forward(cluster, _number(given, "forward", -1.0)))
    if "next" in given:
        return _done(timekeeping.to_next_timer(cluster))
    return HttpResponseBadRequest("rate, holds, forward or next must be given")


def _done(asked: Coroutine[Any, Any, Any]) -> HttpResponse:
    """204, or in words why not."""
    try:
        FLEET.run(asked)
    except KeyError as error:
        raise Http404(f"message {error.args[0]} is not held") from error
    except ValueError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def _number(given: QueryDict, name: str, default: float) -> float:
    try:
        return float(given.get(name, default))
    except ValueError:
        return -1.0
