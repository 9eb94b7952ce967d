"""What cordon, uncordon and drain have in common: choosing nodes, and whether pods may be scheduled to them.

Models: kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon, pkg/drain/cordon.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.status import ApiError
from cluster.client.rest import STRATEGIC_MERGE_PATCH
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, name
from cluster.wire.message import Payload


async def chosen(invocation: Invocation, usage: str) -> list[Info]:
    """The nodes that the arguments or the selector name. Raises CommandError, ApiError."""
    flags, arguments = invocation.flags, invocation.arguments
    if not arguments and "selector" not in flags.changed:
        raise invocation.usage_error(f"USAGE: {usage} [flags]")
    if arguments and flags["selector"]:
        raise invocation.usage_error("error: cannot specify both a node name and a --selector option")
    words = [word if "/" in word else f"nodes/{word}" for word in arguments] or ["nodes"]
    found = await builder.infos(invocation, Query(words, selector=flags["selector"] or None, one_type=True))
    if found.errors:
        raise found.errors[0]
    for info in found.infos:
        if info.resource.plural != "nodes":
            raise CommandError(f'error: expected resource of type node, got "{info.resource.plural}"')
    return found.infos


async def set_unschedulable(invocation: Invocation, infos: list[Info], wanted: bool) -> None:
    """Patch each node that is not so yet, and tell of all."""
    word, strategy = "cordon" if wanted else "uncordon", formats.dry_run(invocation)
    for info in infos:
        if bool((info.obj.get("spec") or {}).get("unschedulable")) == wanted:
            invocation.out(name.line(info.obj, formats.told(f"already {word}ed", strategy)))
            continue
        try:
            if strategy != "client":
                await _patch(invocation, info, wanted, strategy)
        except ApiError as error:
            invocation.err(f'error: unable to {word} node "{info.name}": {error.message}\n')
            continue
        invocation.out(name.line(info.obj, formats.told(f"{word}ed", strategy)))


async def _patch(invocation: Invocation, info: Info, wanted: bool, strategy: str) -> None:
    await invocation.request(
        "PATCH",
        info.path(),
        query={"dryRun": "All"} if strategy == "server" else {},
        headers={"content-type": STRATEGIC_MERGE_PATCH},
        body=Payload(object={"spec": {"unschedulable": True if wanted else None}}),
    )
