"""The validatingadmissionpolicy-status-controller loop: says of each policy that its expressions were looked at, and what is odd.

Watches ValidatingAdmissionPolicies · writes their status.
Models: pkg/controller/validatingadmissionpolicystatus/controller.go v1.37
Simplified: expressions are parsed (where cel-expr-python is installed), their types are not checked.
"""

from __future__ import annotations

from cluster.apimachinery import cel, meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.loop import DONE, Loop, Result


class PolicyStatusLoop(Loop):
    """Writes policies' status."""

    name = "validatingadmissionpolicy-status-controller"
    source = "validatingadmissionpolicy-status"
    workers = 1

    def watch(self) -> None:
        self.policies = self.informers.informer("ValidatingAdmissionPolicy")
        self.policies.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)]))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 looked at already? · 3 its expressions · 4 status."""
        policy = self.policies.store.get(key)
        generation = (policy or {"metadata": {}})["metadata"].get("generation", 0)
        if policy is None or (policy.get("status") or {}).get("observedGeneration") == generation:
            return DONE
        found = warnings(policy)
        checked = {"expressionWarnings": found} if found else {}
        status = {**(policy.get("status") or {}), "observedGeneration": generation, "typeChecking": checked}
        await self.write_status("ValidatingAdmissionPolicy", policy, status)
        return DONE


def warnings(policy: Obj) -> list[Obj]:
    """The expressions that cannot be read, and why."""
    found: list[Obj] = []
    for index, each in enumerate(policy["spec"].get("validations") or ()):
        for field in ("expression", "messageExpression"):
            if text := each.get(field):
                try:
                    cel.compiled(text, cel.ADMISSION)
                except cel.RuleError as error:
                    found.append({"fieldRef": f"spec.validations[{index}].{field}", "warning": str(error)})
    return found
