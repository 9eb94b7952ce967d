"""`kubectl describe secret`: keys and sizes, never the values. Models: describe.go describeSecret v1.37"""

from __future__ import annotations

import base64

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

ACCOUNT_TOKEN = "kubernetes.io/service-account-token"


async def describe(invocation: Invocation, secret: Obj) -> str:
    writer = Writer()
    writer.metadata(secret["metadata"])
    writer.put(f"\nType:\t{secret.get('type', '')}\n")
    writer.put("\nData\n====\n")
    for key, value in sorted((secret.get("data") or {}).items()):
        data = base64.b64decode(value or "")
        shown = data.decode() if key == "token" and secret.get("type") == ACCOUNT_TOKEN else f"{len(data)} bytes"
        writer.line(key, shown)
    return writer.text()
