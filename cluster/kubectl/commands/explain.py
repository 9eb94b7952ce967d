"""`kubectl explain`: what a resource's fields mean, from the server's OpenAPI v3.

Models: kubectl/pkg/cmd/explain/explain.go, pkg/explain/v2/explain.go v1.37
Simplified: no plaintext-openapiv2.
"""

from __future__ import annotations

from cluster.apimachinery.status import ApiError
from cluster.kubectl.command import Command
from cluster.kubectl.commands import explain_text
from cluster.kubectl.errors import Bare, CommandError
from cluster.kubectl.flags import BOOL, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource, unknown

FLAGS = (
    Flag("recursive", BOOL, short="R", help="The fields of fields"),
    Flag("max-depth", INT, help="How deep, with --recursive"),
    Flag("api-version", help="The group and version to explain"),
    Flag("output", short="o", default="plaintext", help='"plaintext"'),
)
NO_TYPE = 'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n'


async def run(invocation: Invocation) -> None:
    flags, arguments = invocation.flags, invocation.arguments
    _check(invocation)
    resource, path = await _split(invocation, arguments[0])
    group, _, version = flags["api-version"].rpartition("/")
    if not flags["api-version"]:
        group, version = resource.group, resource.version
    served = f"apis/{group}/{version}" if group else f"api/{version}"
    asked = f"{group}/{version}, Resource={resource.plural}"
    try:
        document = await invocation.object("GET", f"/openapi/v3/{served}")
    except ApiError as error:
        if error.code == 404:
            raise CommandError(f'couldn\'t find resource for "{asked}"') from error
        raise
    kind = explain_text.kind_of(document, f"/{served}", resource.plural)
    if kind is None:
        raise CommandError(f"GVR ({asked}) not found in OpenAPI schema")
    invocation.out(explain_text.head(kind))
    text = explain_text.body(document, kind, path, depth=flags["max-depth"] if flags["recursive"] else -1)
    if text is None:
        raise CommandError(f'field "{path[-1]}" does not exist')
    invocation.out(text + "\n")


def _check(invocation: Invocation) -> None:
    flags = invocation.flags
    if not invocation.arguments:
        raise CommandError(NO_TYPE)
    if len(invocation.arguments) > 1:
        raise CommandError("We accept only this format: explain RESOURCE\n")
    if flags["max-depth"] > 0 and not flags["recursive"]:
        raise CommandError("--max-depth requires --recursive")
    if flags["max-depth"] < 0:
        raise CommandError("--max-depth must be non-negative")
    if flags["output"] != "plaintext":
        raise CommandError(f'the output format "{flags["output"]}" is not supported here (docs/kubectl.md)')


async def _split(invocation: Invocation, text: str) -> tuple[Resource, list[str]]:
    """ "deployments.apps.spec.replicas" is a resource and the path of a field. Raises CommandError."""
    words = text.split(".")
    known = await invocation.resources()
    for count in range(len(words), 0, -1):
        resource = known.find(".".join(words[:count]))
        if resource is not None:
            return resource, [word for word in words[count:] if word]
    raise Bare(unknown(words[0]))


COMMAND = Command(
    "explain",
    "kubectl explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext] [options]",
    "Get documentation for a resource.",
    FLAGS,
    run,
)
