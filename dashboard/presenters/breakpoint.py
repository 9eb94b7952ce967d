"""Breakpoints as a person speaks of them: a step of the journey, a line, a component, an object; read into rules.

A step's conditions come from the table of the fourteen steps; the words of a breakpoint are made here, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.apis.registry import Registry
from cluster.kubeadm.running import RunningCluster
from cluster.wire.rule import BREAKPOINT, CLIENT, HOLD, Rule
from dashboard.journeys import steps
from dashboard.journeys.steps import STEPS, Step

FIELDS = ("source", "target", "component", "verb", "namespace", "name", "labels")
CAUSES = {1: "POST /pods", 12: "PATCH /status"}


def read(registry: Registry, given: Mapping[str, Any]) -> Rule:
    """The rule that `given` (step, source, target, either_way, component, kind, namespace, name, labels, verb, once)
    asks for. ValueError, in words, for what is none."""
    texts = {field: str(given.get(field) or "").strip() for field in FIELDS}
    rule = Rule(HOLD, purpose=BREAKPOINT)
    if given.get("step"):
        _set_step(rule, number_of(given["step"]))
    rule.source, rule.target = texts["source"] or rule.source, texts["target"] or rule.target
    rule.component = _with_parts(texts["component"])
    rule.either_way, rule.once = bool(given.get("either_way")), bool(given.get("once"))
    rule.verb = texts["verb"] or rule.verb
    rule.namespace, rule.name, rule.labels = texts["namespace"], texts["name"], texts["labels"]
    if given.get("kind"):
        rule.resource = plural_of(registry, str(given["kind"]).strip())
    if rule == Rule(HOLD, purpose=BREAKPOINT, once=rule.once, either_way=rule.either_way):
        raise ValueError("say which messages: a step, a line, a component, an object or a verb")
    rule.check()
    rule.title = words(rule)
    return rule


def number_of(step: Any) -> int:
    """ValueError when it is no step of the journey."""
    text = str(step)
    if not text.isdigit() or not 1 <= int(text) <= len(STEPS):
        raise ValueError(f"a step is a number from 1 to {len(STEPS)}")
    return int(text)


def plural_of(registry: Registry, kind: str) -> str:
    """ "pods" of "Pod", "pod", "pods" or "po". ValueError when there is no such kind."""
    wanted = kind.lower()
    for each in registry.storages():
        if wanted in (each.kind.lower(), each.plural, each.singular, *each.short_names):
            return each.plural
    raise ValueError(f'there is no kind "{kind}"')


def words(rule: Rule) -> str:
    """What a breakpoint waits for."""
    if rule.step:
        step = STEPS[rule.step - 1]
        line = f"step {rule.step} of a pod's journey ({step.source} → {step.target})"
    elif rule.component:
        line = f"messages from and to {rule.component.rstrip('*')}"
    elif rule.source != "*" or rule.target != "*":
        arrow = "↔" if rule.either_way else "→"
        line = f"{_end(rule.source)} {arrow} {_end(rule.target)}"
    else:
        line = "messages"
    conditions = [
        rule.verb if rule.verb and not rule.step else "",
        f"about {rule.resource}" if rule.resource and not rule.step else "",
        f"in {rule.namespace}" if rule.namespace else "",
        f"named {rule.name}" if rule.name else "",
        f"with {rule.labels}" if rule.labels else "",
        "once" if rule.once else "",
    ]
    return " · ".join([line, *filter(None, conditions)])


def listed(cluster: RunningCluster) -> list[dict[str, Any]]:
    """The breakpoints, oldest first, with how often each was hit and how many messages it holds now."""
    control = cluster.wire.control
    held = [each.rule for each in list(control.waiting.values())]
    return [
        {**each.as_dict(), "holds": held.count(each.id)}
        for each in list(control.rules.values())
        if each.purpose == BREAKPOINT
    ]


def _set_step(rule: Rule, number: int) -> None:
    step = STEPS[number - 1]
    rule.step, rule.resource, rule.answer = number, "pods", step.answer
    rule.source, rule.target = _role(step.source), _role(step.target)
    rule.verb, rule.path, rule.detail = step.verb, step.path, step.detail
    rule.caused_by = _cause(step)


def _cause(step: Step) -> str:
    """What caused the step's message; an answer has its question's cause."""
    while step.cause and step.cause not in CAUSES:
        step = STEPS[step.cause - 1]
    return CAUSES.get(step.cause, "")


def _role(role: str) -> str:
    """The ids that stand in a role of the steps' table."""
    if role == steps.CLIENT:
        return CLIENT
    return f"{role}.*" if role in (steps.KUBELET, steps.RUNTIME) else role


def _with_parts(component_id: str) -> str:
    """The controller manager is its loops too."""
    return f"{component_id}*" if component_id == steps.MANAGER else component_id


def _end(pattern: str) -> str:
    return {"*": "anybody", CLIENT: "any client"}.get(pattern, pattern)
