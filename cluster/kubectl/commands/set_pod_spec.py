"""What the parts of `kubectl set` have in common: change the pod spec of a pod or a template, and send what changed.

Models: kubectl/pkg/cmd/set/{set,helper}.go, polymorphichelpers/updatepodspec.go v1.37
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from typing import Any

from cluster.apimachinery.patch import strategic
from cluster.apimachinery.status import ApiError
from cluster.client.rest import STRATEGIC_MERGE_PATCH
from cluster.kubectl import builder, three_way
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.commands.apply_patch import type_of
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Obj = dict[str, Any]
Change = Callable[[Obj], Obj]
"""From a pod spec to the changed one. May raise CommandError."""
LISTS = ("containers", "initContainers")
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("all", BOOL, help="All objects of the type in the namespace"),
    Flag("selector", short="l", help="Label selector"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("field-manager", default="kubectl-set"),
)
CONTAINERS = Flag("containers", short="c", default="*", help="The containers' names, * for any")


async def found(invocation: Invocation, words: list[str]) -> list[Info]:
    """The objects that the words, the selector and the files name. Raises what went wrong with any of them."""
    flags = invocation.flags
    if flags["all"] and flags["selector"]:
        raise CommandError("cannot set --all and --selector at the same time")
    asked = Query(
        words,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        every=flags["all"],
    )
    targets = await builder.infos(invocation, asked)
    raise_all(targets.errors)
    return targets.infos


def path_of(info: Info) -> tuple[str, ...]:
    return ("spec",) if info.resource.kind == "Pod" else ("spec", "template", "spec")


def spec_of(info: Info) -> Obj:
    spec = info.obj
    for step in path_of(info):
        spec = spec.get(step) or {}
    return spec


def with_containers(spec: Obj, pattern: str, change: Change) -> Obj:
    """The spec with `change` done to the containers whose names fit; unchanged when none does."""
    changed = dict(spec)
    for part in LISTS:
        if spec.get(part):
            changed[part] = [
                change(each) if fnmatch.fnmatchcase(each["name"], pattern) else each for each in spec[part]
            ]
    return changed


def fits(spec: Obj, pattern: str) -> bool:
    names = [each["name"] for part in LISTS for each in spec.get(part) or ()]
    return any(fnmatch.fnmatchcase(name, pattern) for name in names)


async def update(invocation: Invocation, infos: list[Info], change: Change, *, operation: str, what: str) -> None:
    """Change each object and tell of those that did change. `what` names the change in errors."""
    strategy = formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told(operation, strategy))
    errors: list[Exception] = []
    for info in infos:
        try:
            obj = await _send(invocation, info, _nested(info.obj, path_of(info), change(spec_of(info))), strategy)
        except CommandError as error:
            told = str(error)
            named = f"error: {info.resource.plural}/{info.name} {told}"
            errors.append(error if told.startswith("error: ") else CommandError(named))
        except ApiError as error:
            errors.append(CommandError(f"failed to patch {what} {error.message}"))
        else:
            if obj is not None:
                invocation.out(show(obj))
    raise_all(errors)


def _nested(obj: Obj, path: tuple[str, ...], value: Obj) -> Obj:
    step, rest = path[0], path[1:]
    return {**obj, step: _nested(obj.get(step) or {}, rest, value) if rest else value}


async def _send(invocation: Invocation, info: Info, wanted: Obj, strategy: str) -> Obj | None:
    """The object as patched; None when nothing changes."""
    type = type_of(info)
    if type is None:
        raise CommandError(f"error: {info.resource.plural}/{info.name} no kind is registered for it")
    patch = three_way.strategic(info.obj, wanted, info.obj, type)
    if not patch:
        return None
    if strategy == "client":
        return strategic.apply(info.obj, patch, type)
    query = {"fieldManager": invocation.flags["field-manager"]} | ({"dryRun": "All"} if strategy == "server" else {})
    headers = {"content-type": STRATEGIC_MERGE_PATCH}
    answer: Obj = await invocation.object(
        "PATCH", info.path(), query=query, headers=headers, body=Payload(object=patch)
    )
    return answer
