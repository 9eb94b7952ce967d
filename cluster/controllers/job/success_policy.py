"""Whether an Indexed Job has succeeded before all of its indexes have; pure. Models: pkg/controller/job/success_policy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.controllers.job import indexes


def met(spec: Obj, succeeded: set[int]) -> str:
    """What the condition tells when a rule is met, "" while none is."""
    for number, rule in enumerate((spec.get("successPolicy") or {}).get("rules") or ()):
        wanted = rule.get("succeededIndexes")
        among = succeeded & indexes.parse(wanted, spec["completions"]) if wanted is not None else succeeded
        needed = rule.get("succeededCount")
        if needed is None:
            needed = len(indexes.parse(wanted or "", spec["completions"]))
        if len(among) >= needed:
            return f"Matched rules at index {number}"
    return ""
