"""`kubectl auth`: may I, and who am I. Models: kubectl/pkg/cmd/auth/{auth,whoami}.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl.command import Command
from cluster.kubectl.describe.writer import go_list
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, table
from cluster.wire.message import Payload

NOT_ALLOWED = "the selfsubjectreviews API is not enabled in the cluster"


async def who_am_i(invocation: Invocation) -> None:
    review: dict[str, Any] = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {}}
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    try:
        answer = await invocation.object("POST", path, body=Payload(object=review))
    except ApiError as error:
        if error.code == 403:
            raise CommandError(f"{NOT_ALLOWED} or you do not have permission to call it") from error
        if error.code == 404:
            raise CommandError(NOT_ALLOWED) from error
        raise
    if invocation.flags["output"]:
        invocation.out(formats.printer(invocation)(answer))
        return
    user = answer["status"].get("userInfo") or {}
    writer = table.writer()
    writer.write("ATTRIBUTE\tVALUE\n")
    for title, name in (("Username", "username"), ("UID", "uid")):
        if user.get(name):
            writer.write(f"{title}\t{user[name]}\n")
    if user.get("groups"):
        writer.write(f"Groups\t{go_list(user['groups'])}\n")
    for key, values in sorted((user.get("extra") or {}).items()):
        writer.write(f"Extra: {key}\t{go_list(values)}\n")
    invocation.out(writer.flush())


WHO_AM_I = Command(
    "whoami",
    "kubectl auth whoami [options]",
    "Experimental: Check self subject attributes",
    formats.OUTPUT,
    who_am_i,
)
COMMAND = Command(
    "auth",
    "kubectl auth [flags] [options]",
    "Inspect authorization.",
    parts={"can-i": "auth_can_i", "whoami": "auth:WHO_AM_I"},
)
