"""resize: more or less cpu and memory for the containers of a pod that runs.

Models: pkg/registry/core/pod/strategy.go podResizeStrategy, core/validation/validation.go ValidatePodResize v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import strategy, validation

MUTABLE = ("cpu", "memory")
ONLY = "only cpu and memory resources are mutable"
LISTS = ("containers", "initContainers")


def prepare(new: Obj, old: Obj | None) -> None:
    """Everything but the containers' resources stays as it was."""
    if old is None:
        return
    asked = {name: new["spec"].get(name) or [] for name in LISTS}
    metadata = {
        **new["metadata"],
        "labels": old["metadata"].get("labels"),
        "annotations": old["metadata"].get("annotations"),
    }
    new["metadata"] = {name: value for name, value in metadata.items() if value is not None}
    new["status"], spec = old.get("status"), dict(old["spec"])
    for name in LISTS:
        if name in spec:
            wanted = {each.get("name"): each for each in asked[name]}
            spec[name] = [_with(each, wanted.get(each["name"], each)) for each in spec[name]]
    new["spec"] = spec
    strategy.keep_generation(new, old)
    if spec != old["spec"]:
        strategy.bump(new, old)


def _with(container: Obj, asked: Obj) -> Obj:
    found = dict(container)
    strategy.set_or_drop(found, "resources", asked.get("resources"))
    return found


def faults(new: Obj, old: Obj) -> list[FieldError]:
    """Of the resources; whether the pod's class stays is told by who knows it."""
    found: list[FieldError] = []
    for name in LISTS:
        pairs = zip(new["spec"].get(name) or (), old["spec"].get(name) or (), strict=False)
        for index, (each, was) in enumerate(pairs):
            at = f"spec.{name}[{index}].resources"
            for part in ("requests", "limits"):
                now, before = ((given.get("resources") or {}).get(part) or {} for given in (each, was))
                found += _changes(now, before, part, f"{at}.{part}")
    return found


def _changes(now: Obj, before: Obj, part: str, at: str) -> list[FieldError]:
    fixed = [{name: value for name, value in each.items() if name not in MUTABLE} for each in (now, before)]
    if fixed[0] != fixed[1]:
        return [validation.forbidden("spec", ONLY)]
    if any(name in before and name not in now for name in MUTABLE):
        return [validation.forbidden(at, f"resource {part} cannot be removed")]
    return []
