"""What if a pod asked for something else? The form, the pod it stands for, and the scheduler's answer.

The scheduler answers from its own cache by an inspection page; nothing is written. Blocks; call it from a thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from dashboard.presenters import pod_form, revisions
from dashboard.presenters.inside import decision_table
from dashboard.presenters.looking import look

FIELDS = ("pod", "cpu", "memory", "nodeSelector", "tolerations", "affinity")
EFFECTS = ("", "NoSchedule", "PreferNoSchedule", "NoExecute")
UNKNOWN_POD = "There is no such pod."


@dataclass(slots=True)
class Question:
    """What was typed, the pod it stands for, and what is wrong with it, by field."""

    typed: dict[str, str]
    pod: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)


def read(cluster: RunningCluster, typed: Mapping[str, Any]) -> Question:
    """A new pod like `pod` (`namespace/name`; none: an empty one), with what was typed in place of its own."""
    texts = {name: str(typed.get(name) or "").strip() for name in FIELDS}
    question = Question(texts, {"metadata": {}, "spec": {"containers": [{"name": "c"}]}})
    if texts["pod"]:
        _start_from(cluster, question)
    spec = question.pod["spec"]
    _read_requests(question, spec)
    if texts["nodeSelector"]:
        spec["nodeSelector"], fault = pod_form.read_labels(texts["nodeSelector"])
        if fault:
            question.errors["nodeSelector"] = fault
    if texts["tolerations"]:
        spec["tolerations"] = _tolerations(question)
    if texts["affinity"]:
        spec["affinity"] = _affinity(question)
    return question


def answer(cluster: RunningCluster, question: Question) -> dict[str, Any] | None:
    """The scheduler's decision as a table; None while it does not run, or when it was asked nothing it could read."""
    try:
        found = look(cluster, component.SCHEDULER, "/debug/what-if", pod=question.pod)
    except ValueError as error:
        question.errors["form"] = str(error)
        return None
    if found is None:
        question.errors["form"] = "The scheduler does not run, so nobody can answer."
        return None
    return decision_table(found)


def _start_from(cluster: RunningCluster, question: Question) -> None:
    known = revisions.value(cluster.slug, f"/registry/pods/{question.typed['pod']}", 0)
    if not isinstance(known, dict):
        question.errors["pod"] = UNKNOWN_POD
        return
    spec = {name: value for name, value in known["spec"].items() if name != "nodeName"}
    labels = known["metadata"].get("labels") or {}
    namespace = known["metadata"].get("namespace", "default")
    owners = known["metadata"].get("ownerReferences") or []
    question.pod = {"metadata": {"labels": labels, "namespace": namespace, "ownerReferences": owners}, "spec": spec}


def _read_requests(question: Question, spec: dict[str, Any]) -> None:
    requests = {name: question.typed[name] for name in ("cpu", "memory") if question.typed[name]}
    for name, text in requests.items():
        if fault := pod_form.quantity_fault(text):
            question.errors[name] = fault
    if requests:
        first, *others = spec["containers"]
        known = (first.get("resources") or {}).get("requests") or {}
        spec["containers"] = [{**first, "resources": {"requests": {**known, **requests}}}, *others]


def _tolerations(question: Question) -> list[dict[str, str]]:
    """`key=value:Effect`, `key:Effect` or `key`, several with commas; `*` tolerates everything."""
    found = []
    for text in filter(None, (each.strip() for each in question.typed["tolerations"].split(","))):
        if text == "*":
            found.append({"operator": "Exists"})
            continue
        name, _, effect = text.partition(":")
        key, equals, value = name.partition("=")
        if effect not in EFFECTS or not key:
            question.errors["tolerations"] = f'"{text}" is not key=value:NoSchedule, key:NoExecute, key or *'
            continue
        toleration = {"key": key, "operator": "Equal" if equals else "Exists"}
        found.append(toleration | ({"value": value} if equals else {}) | ({"effect": effect} if effect else {}))
    return found


def _affinity(question: Question) -> dict[str, Any]:
    try:
        found = yaml.safe_load(question.typed["affinity"])
    except yaml.YAMLError as error:
        question.errors["affinity"] = f"This is not YAML: {error}"
        return {}
    if not isinstance(found, dict):
        question.errors["affinity"] = "An affinity has nodeAffinity, podAffinity or podAntiAffinity."
        return {}
    return found
