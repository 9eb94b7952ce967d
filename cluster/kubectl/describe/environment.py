"""The environment of a container within a description.

Models: kubectl/pkg/describe/describe.go describeContainerEnvVars, kubectl/pkg/util/{fieldpath,resource} v1.37
"""

from __future__ import annotations

import re

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import NONE, Writer, yes


def write(writer: Writer, container: Obj, pod: Obj | None) -> None:
    sources = container.get("envFrom") or ()
    if sources:
        writer.put("Environment Variables from:\n", 2)
        for source in sources:
            _source(writer, source)
    variables = container.get("env") or ()
    writer.put(f"Environment:{'' if variables else chr(9) + NONE}\n", 2)
    for variable in variables:
        if "valueFrom" in variable:
            _from(writer, variable, container, pod)
            continue
        first, *others = (variable.get("value") or "").split("\n")
        writer.line(variable["name"], first, 3)
        for other in others:
            writer.put(f"\t{other}\n", 3)


def _source(writer: Writer, source: Obj) -> None:
    kind, reference = (
        ("ConfigMap", source["configMapRef"]) if "configMapRef" in source else ("Secret", source["secretRef"])
    )
    prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
    writer.put(f"{reference.get('name', '')}\t{kind}{prefix}\tOptional: {yes(reference.get('optional'))}\n", 3)


def _from(writer: Writer, variable: Obj, container: Obj, pod: Obj | None) -> None:
    source, name = variable["valueFrom"], variable["name"]
    if field := source.get("fieldRef"):
        value = field_text(pod, field["fieldPath"]) if pod else ""
        writer.line(name, f"{value} ({field.get('apiVersion', '')}:{field['fieldPath']})", 3)
    elif amount := source.get("resourceFieldRef"):
        value = _amount(container, amount)
        if value == "0" and amount["resource"] in ("limits.cpu", "limits.memory"):
            value = "node allocatable"
        writer.line(name, f"{value} ({amount['resource']})", 3)
    elif key := source.get("secretKeyRef"):
        where = f"<set to the key '{key['key']}' in secret '{key.get('name', '')}'>"
        writer.line(name, f"{where}\tOptional: {yes(key.get('optional'))}", 3)
    elif key := source.get("configMapKeyRef"):
        where = f"<set to the key '{key['key']}' of config map '{key.get('name', '')}'>"
        writer.line(name, f"{where}\tOptional: {yes(key.get('optional'))}", 3)


def field_text(pod: Obj, path: str) -> str:
    """What a field of the pod holds, as the downward API gives it."""
    if match := re.fullmatch(r"metadata\.(labels|annotations)\['(.*)'\]", path):
        return str((pod["metadata"].get(match.group(1)) or {}).get(match.group(2), ""))
    if path in ("metadata.labels", "metadata.annotations"):
        found = pod["metadata"].get(path.partition(".")[2]) or {}
        return "\n".join(f'{key}="{value}"' for key, value in sorted(found.items()))
    if path not in ("metadata.name", "metadata.namespace", "metadata.uid"):
        return ""
    return str(pod["metadata"].get(path.partition(".")[2], ""))


def _amount(container: Obj, reference: Obj) -> str:
    """A request or limit in whole divisors, rounded up."""
    part, _, name = reference["resource"].partition(".")
    found = ((container.get("resources") or {}).get(part) or {}).get(name)
    divisor = quantity.parse(reference.get("divisor") or "1") or quantity.parse("1")
    return str(-(-quantity.parse(found) // divisor)) if found else "0"
