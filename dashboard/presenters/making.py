"""Making an object by a form: what was typed, the YAML and the command it stands for, and what the API server says.

The form is a client like any other: it POSTs as `web-form`, as the person who is signed in.
"""

from __future__ import annotations

import copy
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cluster.apimachinery.status import ApiError
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost
from dashboard.permission import groups_of
from dashboard.presenters import difference, form_kinds, pod_form
from dashboard.presenters.form_kinds import FORMS, FormKind, Obj

LONGEST = 100_000


@dataclass(slots=True)
class Made:
    """What was typed and its faults by field; `obj` is what it stands for, `made` what the API server made of it."""

    form: FormKind
    typed: dict[str, str]
    obj: Obj
    errors: dict[str, str] = field(default_factory=dict)
    made: Obj | None = None


@dataclass(slots=True)
class Shown:
    """The object as YAML, the command that makes it, and what the API server will add by itself."""

    yaml: str
    command: str
    defaults: list[difference.Line]


def start(kind: str) -> Made:
    """The empty form. KeyError for a kind without one."""
    form = FORMS[kind]
    return read(kind, {each.name: each.start or (each.choices or ("",))[0] for each in form.fields})


def read(kind: str, post: Mapping[str, Any]) -> Made:
    """The form as typed; what cannot be read is a fault already. KeyError for a kind without a form."""
    form = FORMS[kind]
    typed = {each.name: str(post.get(each.name) or "")[:LONGEST].replace("\r\n", "\n").strip() for each in form.fields}
    errors: dict[str, str] = {}
    obj = form.build(typed, errors)
    return Made(form, typed, obj, errors)


def fields(made: Made) -> list[dict[str, Any]]:
    """The form's fields with what was typed into them and what is wrong there, for the template."""
    return [
        {"field": each, "value": made.typed[each.name], "error": made.errors.get(each.name, "")}
        for each in made.form.fields
    ]


def shown(cluster: RunningCluster, obj: Obj, words: list[str]) -> Shown:
    """What the form stands for: by `kubectl` of those `words`, or with the YAML piped in when there are none."""
    text = difference.as_yaml(obj)
    command = shlex.join(words) if words else f"kubectl create -f - <<'EOF'\n{text}EOF"
    return Shown(text, command, difference.lines(obj, _defaulted(cluster, obj)))


def _defaulted(cluster: RunningCluster, obj: Obj) -> Obj:
    """With the API server's defaults; as it is where what was typed is too odd to have any."""
    kind = cluster.registry.of_object(obj["apiVersion"], obj["kind"])
    found = copy.deepcopy(obj)
    try:
        if kind is not None:
            kind.default(found)
    except (TypeError, ValueError, KeyError, AttributeError):
        return obj
    return found


def of_form(cluster: RunningCluster, made: Made) -> Shown:
    return shown(cluster, made.obj, form_kinds.command_of(made.form, made.typed, made.obj))


def of_pod(cluster: RunningCluster, form: pod_form.Form) -> Shown:
    return shown(cluster, form.pod, pod_form.command(form))


async def submit(cluster: RunningCluster, user: str, made: Made) -> None:
    """POST it; `made.made` or `made.errors` tell what became of it."""
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    namespace = made.obj["metadata"].get("namespace", "")
    asking = client.create(made.form.kind, made.obj, namespace)
    try:
        made.made = await cluster.pace_clock.wait_for(asking, pod_form.ANSWER_SECONDS * 5)
    except ApiError as error:
        made.errors = errors_of(made.form, error)
    except ConnectionLost as error:
        made.errors = {"form": _("The API server did not answer: %(error)s.") % {"error": error}}
    except TimeoutError:
        made.errors = {"form": _("The API server has not answered: the request was given up.")}


def errors_of(form: FormKind, error: ApiError) -> dict[str, str]:
    """The Status' causes beside the form's fields."""
    return pod_form.beside_fields(error, ((prefix, each.name) for each in form.fields for prefix in each.paths))


def key_of(cluster: RunningCluster, obj: Obj) -> str:
    """Where etcd keeps it: the id of its panel."""
    kind = cluster.registry.kind(str(obj["kind"]))
    return kind.key(obj["metadata"].get("namespace", "") if kind.namespaced else "", obj["metadata"]["name"])
