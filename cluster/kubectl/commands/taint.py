"""`kubectl taint nodes NAME key=value:Effect key:Effect-`. Models: kubectl/pkg/cmd/taint/{taint,utils}.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels, names
from cluster.client.rest import STRATEGIC_MERGE_PATCH
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Taint = dict[str, Any]
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("overwrite", BOOL, help="Let new taints replace old ones"),
    Flag("all", BOOL, help="All nodes"),
    Flag("selector", short="l", help="Label selector"),
    Flag("validate", default="strict", bare="strict"),
    Flag("field-manager", default="kubectl-taint"),
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    words, texts = _split(invocation.arguments)
    if not words:
        raise CommandError("one or more resources must be specified as <resource> <name>")
    if not texts:
        raise CommandError("at least one taint update is required")
    try:
        added, removed = _parsed(texts)
    except ValueError as error:
        raise invocation.usage_error(str(error)) from error
    resource = await builder.mapping(invocation, words[0])
    if resource.kind != "Node":
        raise CommandError(f"invalid resource type {words[0]}, only node types are supported")
    _check(invocation, words, added, removed)
    chosen = [] if flags["all"] or flags["selector"] else words[1:]
    asked = Query(["nodes", *chosen], selector=flags["selector"] or None, every=flags["all"])
    found = await builder.infos(invocation, asked)
    for info in found.infos:
        try:
            await _taint(invocation, info, added, removed)
        except CommandError as error:
            found.errors.append(error)
    raise_all(found.errors)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    words: list[str] = []
    taints: list[str] = []
    for text in arguments:
        if "=" in text or ":" in text or text.endswith("-"):
            taints.append(text)
        elif taints:
            raise CommandError(f"all resources must be specified before taint changes: {text}")
        else:
            words.append(text)
    return words, taints


def _parsed(texts: list[str]) -> tuple[list[Taint], list[Taint]]:
    """(to add, to remove). Raises ValueError, worded as kubectl does."""
    added: list[Taint] = []
    removed: list[Taint] = []
    for text in texts:
        if text.endswith("-"):
            removed.append(_taint_of(text[:-1]))
            continue
        taint = _taint_of(text)
        if not taint["effect"]:
            raise ValueError(f"invalid taint spec: {text}")
        if any((each["key"], each["effect"]) == (taint["key"], taint["effect"]) for each in added):
            raise ValueError(f"duplicated taints with the same key and effect: {taint}")
        added.append(taint)
    return added, removed


def _taint_of(text: str) -> Taint:
    parts = text.split(":")
    if len(parts) > 2:
        raise ValueError(f"invalid taint spec: {text}")
    effect = parts[1] if len(parts) == 2 else ""
    if len(parts) == 2 and effect not in EFFECTS:
        raise ValueError(f"invalid taint effect: {effect}, unsupported taint effect")
    pair = parts[0].split("=") if effect else parts
    if len(pair) > 2:
        raise ValueError(f"invalid taint spec: {text}")
    if len(pair) == 2 and (faults := labels.validate_value(pair[1])):
        raise ValueError(f"invalid taint spec: {text}, {'; '.join(faults)}")
    if faults := names.qualified_name(pair[0]):
        raise ValueError(f"invalid taint spec: {text}, {'; '.join(faults)}")
    taint: Taint = {"key": pair[0], "effect": effect}
    return taint | ({"value": pair[1]} if len(pair) == 2 and pair[1] else {})


def _check(invocation: Invocation, words: list[str], added: list[Taint], removed: list[Taint]) -> None:
    flags = invocation.flags
    both = [
        f"{gone['key']}={gone['effect']}"
        for taint in added
        for gone in removed
        if taint["key"] == gone["key"] and gone["effect"] in ("", taint["effect"])
    ]
    if both:
        raise CommandError(
            f"can not both modify and remove the following taint(s) in the same command: {', '.join(both)}"
        )
    if flags["all"] and flags["selector"]:
        raise CommandError("setting 'all' parameter with a non empty selector is prohibited")
    if not flags["all"] and not flags["selector"] and len(words) < 2:
        raise CommandError("at least one resource name must be specified since 'all' parameter is not set")


async def _taint(invocation: Invocation, info: Info, added: list[Taint], removed: list[Taint]) -> None:
    flags, strategy = invocation.flags, formats.dry_run(invocation)
    before: list[Taint] = list((info.obj.get("spec") or {}).get("taints") or ())
    after, operation = changed(info.name, before, (added, removed), overwrite=flags["overwrite"])
    obj = {**info.obj, "spec": {**(info.obj.get("spec") or {}), "taints": after}}
    if strategy != "client":
        query = {"fieldManager": flags["field-manager"], "fieldValidation": "Strict"}
        if strategy == "server":
            query["dryRun"] = "All"
        obj = await invocation.object(
            "PATCH",
            info.path(),
            query=query,
            headers={"content-type": STRATEGIC_MERGE_PATCH},
            body=Payload(object={"spec": {"taints": after or None}}),
        )
    invocation.out(formats.printer(invocation, formats.told(operation, strategy))(obj))


def changed(
    node: str, before: list[Taint], change: tuple[list[Taint], list[Taint]], *, overwrite: bool
) -> tuple[list[Taint], str]:
    """The node's taints afterwards, and the word for what was done. Raises CommandError."""
    added, removed = change
    known = {(taint["key"], taint.get("effect", "")) for taint in before}
    if not overwrite and (taken := [each["key"] for each in added if (each["key"], each["effect"]) in known]):
        told = ", ".join(taken)
        raise CommandError(f"node {node} already has {told} taint(s) with same effect(s) and --overwrite is false")
    new = {(taint["key"], taint["effect"]) for taint in added}
    after = added + [taint for taint in before if (taint["key"], taint.get("effect", "")) not in new]
    missing = []
    for gone in removed:
        kept = [taint for taint in after if not _matches(taint, gone)]
        if len(kept) == len(after):
            missing.append(
                CommandError(f'taint "{gone["key"]}{":" + gone["effect"] if gone["effect"] else ""}" not found')
            )
        after = kept
    raise_all(missing)
    if added and removed:
        return after, "modified"
    return after, "untainted" if removed else "modified" if overwrite and new & known else "tainted"


def _matches(taint: Taint, gone: Taint) -> bool:
    return bool(taint["key"] == gone["key"] and gone["effect"] in ("", taint.get("effect", "")))


COMMAND = Command(
    "taint",
    "kubectl taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]",
    "Update the taints on one or more nodes.",
    FLAGS,
    run,
)
