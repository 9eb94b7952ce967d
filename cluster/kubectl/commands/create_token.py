"""`kubectl create token`: a token of a service account. Models: kubectl/pkg/cmd/create/create_token.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, DURATION, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

BOUND = {"Node": "v1", "Pod": "v1", "Secret": "v1"}
FLAGS = (
    *formats.OUTPUT,
    Flag("audience", ARRAY, help="Who is to accept the token"),
    Flag("duration", DURATION, help="How long it is to hold"),
    Flag("bound-object-kind", help="Kind of an object to bind the token to"),
    Flag("bound-object-name", help="Name of that object"),
    Flag("bound-object-uid", help="UID of that object"),
)


async def run(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    if flags["duration"] < 0:
        raise CommandError("--duration must be greater than or equal to 0")
    if flags["duration"] % 1:
        raise CommandError("--duration cannot be expressed in units less than seconds")
    spec: dict[str, Any] = {"audiences": list(flags["audience"]) or None}
    if flags["duration"]:
        spec["expirationSeconds"] = int(flags["duration"])
    if bound := _bound(invocation):
        spec["boundObjectRef"] = bound
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {}, "spec": spec}
    path = f"/api/v1/namespaces/{invocation.namespace}/serviceaccounts/{name}/token"
    try:
        answer = await invocation.object("POST", path, body=Payload(object=request))
    except ApiError as error:
        raise CommandError(f"failed to create token: {error.message}") from error
    invocation.out(formats.printer(invocation, "created")(answer) if flags["output"] else answer["status"]["token"])


def _bound(invocation: Invocation) -> dict[str, str] | None:
    flags = invocation.flags
    kind = flags["bound-object-kind"]
    if not kind:
        for name in ("name", "uid"):
            if flags[f"bound-object-{name}"]:
                raise CommandError(f"--bound-object-{name} can only be set if --bound-object-kind is provided")
        return None
    if kind not in BOUND:
        raise CommandError(f"supported --bound-object-kind values are {', '.join(sorted(BOUND))}")
    if not flags["bound-object-name"]:
        raise CommandError("--bound-object-name is required if --bound-object-kind is provided")
    bound = {"kind": kind, "apiVersion": BOUND[kind], "name": flags["bound-object-name"]}
    return bound | ({"uid": flags["bound-object-uid"]} if flags["bound-object-uid"] else {})


COMMAND = Command(
    "token", "kubectl create token SERVICE_ACCOUNT_NAME [options]", "Request a service account token", FLAGS, run
)
