"""`kubectl describe configmap`. Models: describe.go ConfigMapDescriber v1.37"""

from __future__ import annotations

import base64

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, config_map: Obj) -> str:
    found = await events.of(invocation, config_map, kind="ConfigMap")
    writer = Writer()
    writer.metadata(config_map["metadata"])
    writer.put("\nData\n====\n")
    for key, value in sorted((config_map.get("data") or {}).items()):
        writer.put(f"{key}:\n----\n{value}\n\n")
    writer.put("\nBinaryData\n====\n")
    for key, value in sorted((config_map.get("binaryData") or {}).items()):
        writer.put(f"{key}: {len(base64.b64decode(value))} bytes\n")
    writer.put("\n")
    events.write(writer, found, invocation.now)
    return writer.text()
