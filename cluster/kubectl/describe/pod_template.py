"""The pod template within a description of a workload, and what pods and templates have in common.

Models: kubectl/pkg/describe/describe.go DescribePodTemplate, printPodTolerationsMultiline v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apis import columns
from cluster.kubectl.describe import containers, volumes
from cluster.kubectl.describe.writer import Writer


def write(writer: Writer, template: Obj | None) -> None:
    writer.put("Pod Template:\n")
    if not template:
        writer.put("<unset>", 1)
        return
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    writer.labels("  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        writer.annotations("  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        writer.line("Service Account", spec["serviceAccountName"], 1)
    if spec.get("initContainers"):
        containers.write(writer, "Init Containers", spec["initContainers"], (), pod=None, space="  ")
    containers.write(writer, "Containers", spec.get("containers") or (), (), pod=None, space="  ")
    volumes.write(writer, spec.get("volumes"), "  ")
    spread(writer, spec.get("topologySpreadConstraints"), "  ")
    if spec.get("priorityClassName"):
        writer.line("Priority Class Name", spec["priorityClassName"], 1)
    writer.labels("  Node-Selectors", spec.get("nodeSelector"))
    tolerations(writer, "  Tolerations", spec.get("tolerations"))


def spread(writer: Writer, constraints: Sequence[Obj] | None, space: str) -> None:
    if not constraints:
        return
    lines = []
    for constraint in sorted(constraints, key=lambda each: str(each.get("topologyKey", ""))):
        line = f"{constraint.get('topologyKey', '')}:{constraint.get('whenUnsatisfiable', '')} when max skew "
        line += f"{constraint.get('maxSkew', 0)} is exceeded"
        if selector := constraint.get("labelSelector"):
            line += f" for selector {columns.selector_text(selector)}"
        lines.append(line)
    writer.put(f"{space}Topology Spread Constraints:\t" + f"{space}\t".join(f"{line}\n" for line in lines))


def tolerations(writer: Writer, title: str, found: Sequence[Obj] | None) -> None:
    writer.several(title, [toleration(each) for each in sorted(found or (), key=lambda each: str(each.get("key", "")))])


def toleration(found: Obj) -> str:
    """ "node.kubernetes.io/not-ready:NoExecute op=Exists for 300s"."""
    text: str = found.get("key", "")
    if found.get("value"):
        text += f"={found['value']}"
    if found.get("effect"):
        text += f":{found['effect']}"
    if found.get("operator") == "Exists" and not found.get("value"):
        text += " op=Exists" if text else "op=Exists"
    return text if found.get("tolerationSeconds") is None else f"{text} for {found['tolerationSeconds']}s"


def conditions(writer: Writer, found: Sequence[Obj] | None) -> None:
    """Type, status and reason of a workload's conditions."""
    if not found:
        return
    writer.put("Conditions:\n  Type\tStatus\tReason\n")
    writer.row("----", "------", "------")
    for each in found:
        writer.put(f"{each.get('type', '')} \t{each.get('status', '')}\t{each.get('reason', '')}\n", 1)


def controller(metadata: Obj) -> str:
    """ "ReplicaSet/web-5d8f", "" for an object that nothing controls."""
    owner = next((each for each in metadata.get("ownerReferences") or () if each.get("controller")), None)
    return f"{owner['kind']}/{owner['name']}" if owner else ""
