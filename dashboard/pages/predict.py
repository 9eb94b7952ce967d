"""Predict mode: everybody who watches may say what follows a held message; only the owner lets it go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cluster.kubeadm.running import RunningCluster
from dashboard.pages.cluster import of_cluster
from dashboard.permission import owns
from dashboard.presenters import predicting


@of_cluster
@require_safe
def predict(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The question about the message that is held longest, an answer that waits, or a verdict."""
    return _panel(request, cluster)


@of_cluster
@require_POST
def answer(request: HttpRequest, cluster: RunningCluster, hop: int) -> HttpResponse:
    """`choice` is the number of the choice."""
    chosen = request.POST.get("choice", "")
    try:
        predicting.answer(cluster, request.user, hop, int(chosen) if chosen.isdigit() and len(chosen) < 3 else -1)
    except KeyError:
        return _panel(request, cluster, _("This message is no longer held: it went on before you answered."))
    except ValueError as error:
        return _panel(request, cluster, str(error))
    return _panel(request, cluster)


def _panel(request: HttpRequest, cluster: RunningCluster, fault: str = "") -> HttpResponse:
    context = {
        "cluster": cluster,
        "fault": fault,
        "owns": owns(request.user),
        **predicting.panel(cluster, request.user),
    }
    return render(request, "parts/predict.html", context, status=422 if fault else 200)
