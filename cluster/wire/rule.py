"""Rules: which hops are held, delayed or dropped. A breakpoint is a rule that holds, a fault is one that harms.

A rule is plain data (it is kept with its cluster). Ends are globs of component ids; `CLIENT` stands for whoever is no
part of the cluster. Cheap conditions are looked at first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from cluster.apimachinery import labels
from cluster.wire.component import is_client
from cluster.wire.hop import Hop

HOLD, DELAY, DROP = "hold", "delay", "drop"
ACTIONS = (HOLD, DELAY, DROP)
CLIENT = "client"
RULE, BREAKPOINT, FAULT = "rule", "breakpoint", "fault"

OLD_NAMES = {"minions": "nodes"}
"""Under these names etcd keeps what the API calls otherwise."""

Find = Callable[[int], Hop | None]
LabelsOf = Callable[[Hop], Mapping[str, str]]


@dataclass(slots=True)
class Rule:
    """What to do with matching hops.

    Globs match ids ("kubelet.*"); an empty condition matches all. `component` is either end, `either_way` lets source
    and target change places. `path` is what the path holds, `answer` whether the hop answers another,
    `caused_by` "VERB path's end" of the hop that caused it (or caused what it answers). `once` removes the rule after its
    first match; `delay_seconds` is used by DELAY only. `purpose` and `title` say what it is for.
    """

    action: str
    source: str = "*"
    target: str = "*"
    verb: str = ""
    resource: str = ""
    name: str = ""
    delay_seconds: float = 0.0
    once: bool = False
    component: str = ""
    either_way: bool = False
    namespace: str = ""
    labels: str = ""
    path: str = ""
    detail: str = ""
    answer: bool | None = None
    caused_by: str = ""
    step: int = 0
    purpose: str = RULE
    title: str = ""
    enabled: bool = True
    id: int = 0
    matches: int = field(default=0, compare=False)

    def check(self) -> None:
        """ValueError when it is no rule."""
        if self.action not in ACTIONS or self.delay_seconds < 0:
            raise ValueError(f"not a rule: {self}")
        labels.parse(self.labels)

    def matching(self, hop: Hop, find: Find | None = None, labels_of: LabelsOf | None = None) -> bool:
        """Is `hop` meant? `find` looks up its cause, `labels_of` the labels of the object that it speaks of."""
        return (
            self._fits_ends(hop)
            and self._fits_message(hop)
            and self._fits_subject(hop, labels_of)
            and (not self.caused_by or self._fits_cause(hop, find))
        )

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def _fits_ends(self, hop: Hop) -> bool:
        if self.component and not (_is(self.component, hop.source) or _is(self.component, hop.target)):
            return False
        if _is(self.source, hop.source) and _is(self.target, hop.target):
            return True
        return self.either_way and _is(self.source, hop.target) and _is(self.target, hop.source)

    def _fits_message(self, hop: Hop) -> bool:
        if self.verb and self.verb != hop.verb:
            return False
        if self.answer is not None and self.answer != bool(hop.answers):
            return False
        if self.path and self.path not in hop.path:
            return False
        return not self.detail or self.detail == hop.detail

    def _fits_subject(self, hop: Hop, labels_of: LabelsOf | None) -> bool:
        if not (self.resource or self.name or self.namespace or self.labels):
            return True
        subject = hop.subject
        if self.resource and self.resource != OLD_NAMES.get(subject.resource, subject.resource):
            return False
        if self.namespace and self.namespace != subject.namespace:
            return False
        if self.name and not fnmatchcase(subject.name, self.name):
            return False
        return not self.labels or (labels_of is not None and labels.parse(self.labels).matches(labels_of(hop)))

    def _fits_cause(self, hop: Hop, find: Find | None) -> bool:
        asked = hop.question or hop
        cause = find(asked.cause) if find is not None else None
        verb, _, path = self.caused_by.partition(" ")
        return cause is not None and cause.verb == verb and cause.path.endswith(path)


def from_dict(kept: Mapping[str, Any]) -> Rule:
    """A rule as `as_dict` told it; what this version does not know is left out."""
    known = {each.name for each in dataclasses.fields(Rule)}
    return Rule(**{name: value for name, value in kept.items() if name in known})


def _is(pattern: str, component_id: str) -> bool:
    if pattern == CLIENT:
        return is_client(component_id)
    return pattern == "*" or fnmatchcase(component_id, pattern)
