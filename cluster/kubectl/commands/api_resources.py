"""`kubectl api-resources`. Models: kubectl/pkg/cmd/apiresources/{apiresources,printers}.go v1.37"""

from __future__ import annotations

from collections.abc import Callable

from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, LIST, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table
from cluster.kubectl.resources import Resource

FLAGS = (
    Flag("api-group", help="Only of this group"),
    Flag("namespaced", BOOL, default=True, help="Only those that are, or are not, in namespaces"),
    Flag("verbs", LIST, help="Only those with these verbs"),
    Flag("categories", LIST, help="Only those of these categories"),
    Flag("sort-by", help='"name" or "kind"'),
    Flag("output", short="o", help='"wide" or "name"'),
    Flag("no-headers", BOOL, help="Leave the header line out"),
    Flag("cached", BOOL, help="Use what is known"),
)
HEADER = ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND")
WIDE = ("VERBS", "CATEGORIES")


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    if invocation.arguments:
        raise invocation.usage_error(f"unexpected arguments: [{' '.join(invocation.arguments)}]")
    if flags["sort-by"] not in ("", "name", "kind"):
        raise CommandError("--sort-by accepts only name or kind")
    output = flags["output"]
    if output not in ("", "wide", "name"):
        allowed = "json,name,wide,yaml"
        raise CommandError(
            f'unable to match a printer suitable for the output format "{output}", allowed formats are: {allowed}'
        )
    known = await invocation.resources(anew=not flags["cached"])
    preferred: dict[tuple[str, str], Resource] = {}
    for each in known.known:
        preferred.setdefault((each.group, each.plural), each)
    chosen = sorted((each for each in preferred.values() if _wanted(invocation, each)), key=_order(flags["sort-by"]))
    if output == "name":
        invocation.out("".join(f"{each.qualified}\n" for each in chosen))
        return
    wide = output == "wide"
    writer = table.writer()
    if not flags["no-headers"]:
        writer.write("\t".join((*HEADER, *WIDE) if wide else HEADER) + "\n")
    for each in chosen:
        writer.write("\t".join(_cells(each, wide)) + "\n")
    invocation.out(writer.flush())


def _order(field: str) -> Callable[[Resource], tuple[str, str]]:
    def key(resource: Resource) -> tuple[str, str]:
        first = {"name": resource.plural, "kind": resource.kind}.get(field, resource.group)
        return first, resource.plural

    return key


def _wanted(invocation: Invocation, resource: Resource) -> bool:
    flags = invocation.flags
    if "api-group" in flags.changed and flags["api-group"] != resource.group:
        return False
    if "namespaced" in flags.changed and flags["namespaced"] != resource.namespaced:
        return False
    has_verbs = bool(resource.verbs) and set(flags["verbs"]) <= set(resource.verbs)
    return has_verbs and set(flags["categories"]) <= set(resource.categories)


def _cells(resource: Resource, wide: bool) -> list[str]:
    cells = [
        resource.plural,
        ",".join(resource.short_names),
        resource.api_version,
        str(resource.namespaced).lower(),
        resource.kind,
    ]
    return [*cells, ",".join(resource.verbs), ",".join(resource.categories)] if wide else cells


COMMAND = Command(
    "api-resources",
    "kubectl api-resources [flags] [options]",
    "Print the supported API resources on the server.",
    FLAGS,
    run,
)
