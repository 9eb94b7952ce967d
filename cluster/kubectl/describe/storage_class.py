"""`kubectl describe storageclass`. Models: describe.go describeStorageClass v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import NONE, Writer
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table

DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


async def describe(invocation: Invocation, storage_class: Obj) -> str:
    return text(storage_class, await events.of(invocation, storage_class, kind="StorageClass"), invocation.now)


def text(storage_class: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    annotations = storage_class["metadata"].get("annotations") or {}
    writer.line("Name", storage_class["metadata"]["name"])
    writer.line("IsDefaultClass", "Yes" if any(annotations.get(each) == "true" for each in DEFAULTS) else "No")
    writer.line("Annotations", table.labels_text(annotations))
    writer.line("Provisioner", storage_class.get("provisioner", ""))
    writer.line("Parameters", table.labels_text(storage_class.get("parameters")))
    expansion = storage_class.get("allowVolumeExpansion", "")
    writer.line("AllowVolumeExpansion", {True: "True", False: "False"}.get(expansion, "<unset>"))
    options = storage_class.get("mountOptions") or ()
    writer.put("MountOptions:\n" if options else f"MountOptions:\t{NONE}\n")
    for option in options:
        writer.put(f"{option}\n", 1)
    for title, field in (("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")):
        if field in storage_class:
            writer.line(title, storage_class[field])
    if "allowedTopologies" in storage_class:
        _topologies(writer, storage_class["allowedTopologies"] or ())
    events.write(writer, found, now)
    return writer.text()


def _topologies(writer: Writer, terms: Sequence[Obj]) -> None:
    writer.put("AllowedTopologies:\t\n" if terms else f"AllowedTopologies:\t{NONE}\n")
    for at, term in enumerate(terms):
        lines = [f"{each['key']} in [{', '.join(each['values'])}]" for each in term.get("matchLabelExpressions") or ()]
        for index, line in enumerate(lines or [NONE]):
            writer.put(f"\t{line}\n" if index else f"Term {at}:\t{line}\n", 1)
