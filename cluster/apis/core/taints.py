"""Taints and tolerations; asked by the scheduler, a kubelet and the controllers. Models: component-helpers/scheduling/corev1/helpers.go v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj


def tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    if (toleration.get("operator") or "Equal") == "Exists":
        return True
    return (toleration.get("value") or "") == (taint.get("value") or "")


def untolerated(pod: Obj, taints: Sequence[Obj], effects: tuple[str, ...]) -> Obj | None:
    """The first taint of these effects that the pod does not tolerate."""
    tolerations = pod["spec"].get("tolerations") or ()
    for taint in taints:
        if taint.get("effect") in effects and not any(tolerates(each, taint) for each in tolerations):
            return taint
    return None


def count_untolerated(pod: Obj, taints: Sequence[Obj]) -> int:
    """How many PreferNoSchedule taints a pod does not tolerate."""
    soft = [taint for taint in taints if taint.get("effect") == "PreferNoSchedule"]
    if not soft:
        return 0
    tolerations = pod["spec"].get("tolerations") or ()
    return sum(1 for taint in soft if not any(tolerates(each, taint) for each in tolerations))
