"""Sending an object that a command has made, and telling of it: what every `create` has in common.

Models: kubectl/pkg/cmd/create/create*.go, cmd/util/helpers.go GetValidationDirective v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import annotated
from cluster.kubectl.printers import formats
from cluster.kubectl.resources import Resource
from cluster.wire.message import Payload

MANAGER = "kubectl-create"
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("validate", default="strict", bare="strict", help='"strict", "warn" or "ignore" unknown fields'),
    Flag("save-config", BOOL, help="Keep the configuration in an annotation for later apply"),
    Flag("field-manager", default=MANAGER, help="Who owns the fields"),
)
DIRECTIVES = {"true": "Strict", "strict": "Strict", "warn": "Warn", "false": "Ignore", "ignore": "Ignore"}


def directive(invocation: Invocation) -> str:
    """The fieldValidation that --validate asks for. Raises CommandError."""
    found = DIRECTIVES.get(invocation.flags["validate"].lower())
    if found is None:
        raise CommandError(f'invalid - validate option "{invocation.flags["validate"]}"')
    return found


def query(invocation: Invocation, strategy: str) -> dict[str, str]:
    """The parameters of a write: the field manager, the validation, the dry run."""
    found = {"fieldManager": invocation.flags["field-manager"]}
    if "validate" in invocation.flags:
        found["fieldValidation"] = directive(invocation)
    if strategy == "server":
        found["dryRun"] = "All"
    return found


async def post(invocation: Invocation, resource: Resource, namespace: str, obj: dict[str, Any], strategy: str) -> Any:
    """The created object as the server answered it."""
    path = resource.path(namespace)
    return await invocation.object("POST", path, query=query(invocation, strategy), body=Payload(object=obj))


async def submit(invocation: Invocation, resource: Resource, obj: dict[str, Any], *, prefix: str = "") -> None:
    """Create an object made from flags and print it. `prefix` begins the error of generators that have one."""
    strategy = formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("created", strategy))
    if resource.namespaced and invocation.access.namespace_given:
        obj = {**obj, "metadata": {**obj["metadata"], "namespace": invocation.namespace}}
    if invocation.flags["save-config"]:
        obj = annotated(obj)
    if strategy != "client":
        namespace = invocation.namespace if resource.namespaced else ""
        try:
            obj = await post(invocation, resource, namespace, obj, strategy)
        except ApiError as error:
            if prefix:
                raise CommandError(f"{prefix}: {error.message}") from error
            raise
    invocation.out(show(obj))


def name_argument(invocation: Invocation) -> str:
    """The one NAME before `--`. Raises CommandError."""
    count = len(invocation.arguments) if invocation.flags.dash < 0 else invocation.flags.dash
    if count != 1:
        raise invocation.usage_error(f"exactly one NAME is required, got {count}")
    return invocation.arguments[0]
