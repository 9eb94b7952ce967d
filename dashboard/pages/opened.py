"""The Object panel's views: what an object or component is, its live inside, questions put to it, and trials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from dashboard.pages.cluster import of_cluster
from dashboard.permission import of_owner
from dashboard.presenters import difference, editing, inside, looking, objects, past, thing, trial, what_if, why

PACKET = {"protocol": "TCP", "address": "", "port": ""}


@of_cluster
@require_safe
def show(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """The Object panel for `?id=`, in its `?view=`."""
    return panel(request, cluster, request.GET.get("id", ""), request.GET.get("view", ""))


def panel(
    request: HttpRequest, cluster: RunningCluster, thing_id: str, view: str = "", notice: str = ""
) -> HttpResponse:
    """The panel of a thing; a `view` that it does not have is its first."""
    then = past.moment(cluster, request.GET.get("at", ""))
    found = thing.describe(cluster, thing_id, then.revision if then else 0)
    context: dict[str, Any] = {"cluster": cluster, "thing": found, "id": thing_id, "notice": notice, "past": then}
    if found is None:
        context["answers"] = [] if then else why.answers(cluster, thing.key_of(cluster, thing_id), None)
    elif found["kind"] == "component" and then is None:
        views = thing.views(thing_id)
        context |= {"views": views, "view": view if view in dict(views) else "inside"}
        context |= VIEWS[context["view"]](request, cluster, thing_id)
    elif found["kind"] != "component":
        views = thing.PAST_VIEWS if then else thing.OBJECT_VIEWS
        context |= {"views": views, "view": view if view in dict(views) else "facts"}
        context |= OBJECT_VIEWS[context["view"]](request, cluster, found)
    return render(request, "parts/thing.html", context)


@of_cluster
@of_owner
@require_POST
def try_without(request: HttpRequest, cluster: RunningCluster, component_id: str, what: str) -> HttpResponse:
    """`begin`: stop it and ask for what needs it · `start`: start it again · `clean`: delete what was made."""
    acts = {"begin": trial.begin, "clean": trial.clean_up}
    try:
        if what == "start":
            FLEET.run(cluster.start(component_id))
            notice = ""
        elif what in acts:
            notice = FLEET.run(acts[what](cluster, request.user.get_username(), component_id))
        else:
            return HttpResponseBadRequest("begin, start or clean")
    except KeyError as error:
        raise Http404(f'there is no trial of "{component_id}"') from error
    return panel(request, cluster, component_id, "trial", notice)


@of_cluster
@require_POST
def edit(request: HttpRequest, cluster: RunningCluster) -> HttpResponse:
    """What was typed over the object `?id=`: `check` it by a dry run, or `apply` it."""
    return panel(request, cluster, request.GET.get("id", ""), "edit")


@of_cluster
@of_owner
@require_POST
def reconcile(request: HttpRequest, cluster: RunningCluster, loop: str) -> HttpResponse:
    """Let a control loop that is off look at everything once."""
    try:
        done = FLEET.run(cluster.reconcile_once(loop))
    except KeyError as error:
        raise Http404(f'control loop "{loop}" not found') from error
    notice = f"{loop} reconciled {done} {'key' if done == 1 else 'keys'} once." if done is not None else f"{loop} runs."
    return panel(request, cluster, component.CONTROLLER_MANAGER, "inside", notice)


# --- the views ---------------------------------------------------------------------------------------------------------


def _inside(request: HttpRequest, cluster: RunningCluster, thing_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {"inside": inside.inside(cluster, thing_id), "live": True}
    role, _, loop = thing_id.partition(".")
    if role == component.CONTROLLER_MANAGER and loop:
        found["wishes"] = inside.wishes(cluster, loop)
    return found


def _trial(request: HttpRequest, cluster: RunningCluster, thing_id: str) -> dict[str, Any]:
    return {"trial": trial.progress(cluster, thing_id), "live": True}


def _what_if(request: HttpRequest, cluster: RunningCluster, thing_id: str) -> dict[str, Any]:
    question = what_if.read(cluster, request.GET)
    asked = "asked" in request.GET
    answer = what_if.answer(cluster, question) if asked and not question.errors else None
    return {"question": question, "answer": answer}


def _packet(request: HttpRequest, cluster: RunningCluster, thing_id: str) -> dict[str, Any]:
    packet = {name: request.GET.get(name, usual).strip() for name, usual in PACKET.items()}
    found: dict[str, Any] = {"packet": packet, "inside": inside.inside(cluster, thing_id)}
    if packet["address"] or packet["port"]:
        try:
            found["way"] = looking.look(cluster, thing_id, "/debug/walk", **packet)
        except ValueError as error:
            found["fault"] = str(error)
    return found


def _keys(request: HttpRequest, cluster: RunningCluster, thing_id: str) -> dict[str, Any]:
    return {"keys": objects.folder(cluster, request.GET.get("prefix", ""))}


def _facts(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    return {"live": True}


def _yaml(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    return {"tree": objects.tree(found["object"]), "yaml": difference.as_yaml(found["object"])}


def _history(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    old, new = (int(text) if text.isdigit() and len(text) < 16 else 0 for text in map(_asked(request), ("old", "new")))
    return {"history": objects.history(cluster, found["key"], old, new)}


def _events(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    told = objects.events(cluster, found["object"])
    return {"events": told, "conditions": objects.conditions(cluster, found["key"]), "live": True}


def _family(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    return {"family": objects.family(cluster, found["object"]), "live": True}


def _edit(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    """The form, or what became of what was typed into it."""
    text, how = request.POST.get("text"), request.POST.get("how", "check")
    if text is None:
        return {"edit": editing.start(found["object"])}
    user, obj = request.user.get_username(), found["object"]
    sent = FLEET.run(editing.send(cluster, user, text.replace("\r\n", "\n"), found["key"], obj, dry_run=how != "apply"))
    return {"edit": sent, "applied": how == "apply"}


def _why(request: HttpRequest, cluster: RunningCluster, found: dict[str, Any]) -> dict[str, Any]:
    return {"answers": why.answers(cluster, found["key"], found["object"])}


def _asked(request: HttpRequest) -> Callable[[str], str]:
    return lambda name: request.GET.get(name, "")


VIEWS = {"inside": _inside, "trial": _trial, "what-if": _what_if, "packet": _packet, "keys": _keys}
OBJECT_VIEWS = {
    "facts": _facts,
    "yaml": _yaml,
    "history": _history,
    "events": _events,
    "family": _family,
    "why": _why,
    "edit": _edit,
}
