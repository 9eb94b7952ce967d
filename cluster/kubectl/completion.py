"""What a half-typed command line may go on with: commands, flags, types, names, namespaces, formats.

Names are asked of the API server, so what is offered is what is there for the one who asks.
Models: kubectl/pkg/util/completion/completion.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.status import ApiError
from cluster.kubectl import flags as flagging
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.main import NAME, ROOT
from cluster.kubectl.resources import Resource
from cluster.kubectl.session import Session
from cluster.wire.message import ConnectionLost

FORMATS = ("custom-columns=", "json", "jsonpath=", "name", "wide", "yaml")
TYPES_FIRST = (
    "get", "describe", "delete", "label", "annotate", "patch", "scale", "expose", "wait", "edit", "autoscale", "events",
    "status", "restart", "pause", "resume", "history", "undo", "image", "env", "resources", "serviceaccount",
)  # fmt: skip
OF_PODS = ("logs", "exec", "attach", "port-forward", "cp", "debug")
OF_NODES = ("cordon", "uncordon", "drain")
MOST_NAMES = 500


async def candidates(words: Sequence[str], session: Session) -> list[str]:
    """What the last of `words` ("" for one not begun yet; without the word "kubectl") may become, sorted."""
    *before, part = words or [""]
    command, arguments, flag = _walk(before)
    try:
        found = await _found(
            command, arguments, flag, part, Invocation(session, NAME, _parsed(before), _ignore, _ignore, str)
        )
    except (CommandError, ApiError, ConnectionLost, TimeoutError):
        return []  # a completion that cannot be had disturbs nobody
    return sorted(each for each in found if each.startswith(part))


async def _found(
    command: Command, arguments: list[str], flag: flagging.Flag | None, part: str, asking: Invocation
) -> list[str]:
    if flag is not None:
        return await _values(flag, asking)
    if part.startswith("-"):
        return [f"--{each.name}" for each in command.all_flags]
    if command.parts and not arguments:
        return list(command.parts)
    if command.name == "explain" and not arguments:
        return _types(await _resources(asking))
    if command.name in OF_NODES or (command.name == "taint" and arguments):
        return await _names(asking, "nodes")
    if command.name in OF_PODS and not arguments:
        return await _names(asking, "pods")
    if command.name in TYPES_FIRST or command.name == "taint":
        return await _types_or_names(arguments, part, asking)
    return []


async def _types_or_names(arguments: list[str], part: str, asking: Invocation) -> list[str]:
    if "/" in part:
        type = part.partition("/")[0]
        return [f"{type}/{name}" for name in await _names(asking, type)]
    if arguments:
        return await _names(asking, arguments[0])
    return _types(await _resources(asking))


async def _values(flag: flagging.Flag, asking: Invocation) -> list[str]:
    if flag.name == "namespace":
        return await _names(asking, "namespaces")
    if flag.name == "output":
        return list(FORMATS)
    if flag.name == "context":
        return [each["name"] for each in asking.session.config.get("contexts") or ()]
    return []


async def _resources(asking: Invocation) -> list[Resource]:
    return (await asking.resources()).known


def _types(resources: Sequence[Resource]) -> list[str]:
    return list(dict.fromkeys(each.plural for each in resources if "list" in each.verbs or "get" in each.verbs))


async def _names(asking: Invocation, type: str) -> list[str]:
    resource = (await asking.resources()).named(type)
    answer = await asking.request("GET", resource.path(asking.namespace), query={"limit": str(MOST_NAMES)})
    return [each["metadata"]["name"] for each in answer.body.object.get("items") or ()]


def _walk(words: Sequence[str]) -> tuple[Command, list[str], flagging.Flag | None]:
    """The command that the words name, its arguments so far, and the flag whose value comes next."""
    command, awaited = ROOT, None
    arguments: list[str] = []
    for word in words:
        if awaited is not None:
            awaited = None
        elif word.startswith("-"):
            awaited = _awaiting(command, word)
        elif command.parts and not arguments and (part := command.part(word)) is not None:
            command = part
        else:
            arguments.append(word)
    return command, arguments, awaited


def _awaiting(command: Command, word: str) -> flagging.Flag | None:
    if "=" in word:
        return None
    for flag in command.all_flags:
        if word in (f"--{flag.name}", f"-{flag.short}") and flag.kind != flagging.BOOL and not flag.bare:
            return flag
    return None


def _parsed(words: Sequence[str]) -> flagging.Parsed:
    """The global flags among the words (`-n`, `--context`): where to ask."""
    given = list(words)
    known = ROOT.all_flags
    kept = [
        piece
        for at, word in enumerate(given)
        if (flag := _awaiting(ROOT, word)) is not None or (word.startswith("--") and "=" in word)
        for piece in (given[at : at + 2] if flag is not None else [word])
    ]
    try:
        return flagging.parse(known, kept)
    except flagging.FlagError:
        return flagging.parse(known, [])


def _ignore(text: str) -> None:
    """A completion says nothing."""
