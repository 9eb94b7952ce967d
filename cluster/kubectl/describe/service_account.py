"""`kubectl describe serviceaccount`. Models: describe.go describeServiceAccount v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import NONE, Writer
from cluster.kubectl.invocation import Invocation

HEAD = "Image pull secrets:"


async def describe(invocation: Invocation, account: Obj) -> str:
    found = await events.of(invocation, account, kind="ServiceAccount")
    writer = Writer()
    writer.metadata(account["metadata"])
    names = [each.get("name", "") for each in account.get("imagePullSecrets") or ()] or [NONE]
    for at, name in enumerate(names):
        writer.put(f"{' ' * len(HEAD) if at else HEAD}\t{name}\n")
    events.write(writer, found, invocation.now)
    return writer.text()
