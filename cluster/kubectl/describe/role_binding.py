"""`kubectl describe rolebinding` and `clusterrolebinding`. Models: describe.go RoleBindingDescriber v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, binding: Obj) -> str:
    writer = Writer()
    writer.metadata(binding["metadata"], namespaced=False)
    writer.put("Role:\n")
    writer.line("Kind", binding["roleRef"].get("kind", ""), 1)
    writer.line("Name", binding["roleRef"].get("name", ""), 1)
    writer.put("Subjects:\n")
    writer.row("Kind", "Name", "Namespace")
    writer.row("----", "----", "---------")
    for subject in binding.get("subjects") or ():
        writer.row(subject.get("kind", ""), subject.get("name", ""), subject.get("namespace", ""))
    return writer.text()
