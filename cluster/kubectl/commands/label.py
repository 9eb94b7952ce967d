"""`kubectl label` and `annotate`: set and remove pairs of objects' metadata.

Models: kubectl/pkg/cmd/{label/label,annotate/annotate}.go v1.37
Simplified: no --local.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels as label_rules
from cluster.apimachinery.status import ApiError
from cluster.client.rest import MERGE_PATCH
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.commands import pairs
from cluster.kubectl.errors import CommandError, Several, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Obj = dict[str, Any]
CHANGE_CAUSE = "kubernetes.io/change-cause"
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("overwrite", BOOL, help="Let new values replace old ones"),
    Flag("list", BOOL, help="Show what is there"),
    Flag("all", BOOL, help="All objects of the type in the namespace"),
    Flag("all-namespaces", BOOL, short="A", help="Across all namespaces"),
    Flag("selector", short="l", help="Label selector"),
    Flag("field-selector", help="Field selector"),
    Flag("resource-version", help="Only if this is the current resource version"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
)


async def label(invocation: Invocation) -> None:
    resources, texts = pairs.split(invocation.arguments, "label")
    new, removed = _parsed_labels(texts)
    await _change(invocation, "label", resources, (new, removed))


async def annotate(invocation: Invocation) -> None:
    resources, texts = pairs.split(invocation.arguments, "annotation")
    new, removed = pairs.parse(texts, "annotation", removable=True)
    both = [key for key in removed if key in new]
    if both:
        what = "can not both modify and remove the following annotation(s) in the same command"
        raise CommandError(f"{what}: {', '.join(both)}")
    await _change(invocation, "annotation", resources, (new, removed))


def _parsed_labels(texts: list[str]) -> tuple[dict[str, str], list[str]]:
    new: dict[str, str] = {}
    removed: list[str] = []
    for text in texts:
        if "=" not in text:
            removed.append(text[:-1])
            continue
        parts = text.split("=")
        if len(parts) != 2:
            raise CommandError(f"invalid label spec: {text}")
        if faults := label_rules.validate_value(parts[1]):
            raise CommandError(f'invalid label value: "{text}": {";".join(faults)}')
        new[parts[0]] = parts[1]
    if any(key in new for key in removed):
        raise CommandError("can not both modify and remove a label in the same command")
    return new, removed


async def _change(
    invocation: Invocation, kind: str, resources: list[str], change: tuple[dict[str, str], list[str]]
) -> None:
    flags = invocation.flags
    new, removed = change
    if flags["list"] and flags["output"]:
        raise CommandError("--list and --output may not be specified together")
    for name in ("selector", "field-selector"):
        if flags["all"] and flags[name]:
            raise CommandError(f"cannot set --all and --{name} at the same time")
    if not resources and not flags["filename"]:
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not new and not removed and not flags["list"]:
        raise CommandError(f"at least one {kind} update is required")
    asked = Query(
        resources,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        field_selector=flags["field-selector"] or None,
        all_namespaces=flags["all-namespaces"],
        every=flags["all"],
    )
    found = await builder.infos(invocation, asked)
    if flags["resource-version"] and not found.single:
        raise CommandError("--resource-version may only be used with a single resource")
    for info in found.infos:
        try:
            if info.source:
                info.obj = await invocation.object("GET", info.path())
            await _one(invocation, kind, info, change, alone=found.single)
        except (ApiError, CommandError, Several) as error:
            found.errors.append(error)
    raise_all(found.errors)


async def _one(
    invocation: Invocation, kind: str, info: Info, change: tuple[dict[str, str], list[str]], *, alone: bool
) -> None:
    flags, strategy = invocation.flags, formats.dry_run(invocation)
    new, removed = change
    field = f"{kind}s"
    before = info.obj["metadata"].get(field) or {}
    if not flags["overwrite"]:
        _refuse_overwrites(kind, before, new)
    asking = strategy != "client" and not flags["list"]
    if kind == "label" and asking:
        for key in removed:
            if key not in before:
                invocation.out(f'label "{key}" not found.\n')
    patch: Obj = {key: value for key, value in new.items() if before.get(key) != value}
    patch |= {key: None for key in removed if key in before}
    obj = {**info.obj, "metadata": {**info.obj["metadata"], field: _patched(before, patch)}}
    if asking and (patch or kind == "annotation"):
        left = _patched(before, patch)
        obj = await _send(invocation, info, {field: patch if left else None} if patch else {}, strategy)
    if flags["list"]:
        _list(invocation, info, obj["metadata"].get(field) or {}, field, alone=alone)
        return
    operation = "annotated" if kind == "annotation" else _labelled(patch)
    invocation.out(formats.printer(invocation, formats.told(operation, strategy))(obj))


def _patched(before: dict[str, str], patch: Obj) -> dict[str, str]:
    return {key: value for key, value in {**before, **patch}.items() if value is not None}


def _labelled(patch: Obj) -> str:
    added, gone = any(value is not None for value in patch.values()), any(value is None for value in patch.values())
    if added and gone:
        return "modified"
    return "labeled" if added else "unlabeled" if gone else "not labeled"


def _refuse_overwrites(kind: str, before: dict[str, str], new: dict[str, str]) -> None:
    taken = [key for key in new if key in before and before[key] != new[key]]
    if kind == "label":
        raise_all(
            [CommandError(f"'{key}' already has a value ({before[key]}), and --overwrite is false") for key in taken]
        )
        return
    told = "; ".join(f"'{key}' already has a value ({before[key]})" for key in taken if key != CHANGE_CAUSE)
    if told:
        raise CommandError(f"--overwrite is false but found the following declared annotation(s): {told}")


async def _send(invocation: Invocation, info: Info, metadata: Obj, strategy: str) -> Obj:
    if invocation.flags["resource-version"]:
        metadata = {**metadata, "resourceVersion": invocation.flags["resource-version"]}
    query = {"fieldManager": invocation.flags["field-manager"]} | ({"dryRun": "All"} if strategy == "server" else {})
    body = Payload(object={"metadata": metadata} if metadata else {})
    answer: Obj = await invocation.object(
        "PATCH", info.path(), query=query, headers={"content-type": MERGE_PATCH}, body=body
    )
    return answer


def _list(invocation: Invocation, info: Info, found: dict[str, str], field: str, *, alone: bool) -> None:
    if not alone:
        invocation.out(f"Listing {field} for {info.resource.kind}.{info.resource.group}/{info.name}:\n")
    for key, value in sorted(found.items()):
        invocation.out(f"{'' if alone else ' '}{key}={value}\n")


LABEL = Command(
    "label",
    "kubectl label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    "Update the labels on a resource.",
    (*FLAGS, Flag("field-manager", default="kubectl-label")),
    label,
)
ANNOTATE = Command(
    "annotate",
    "kubectl annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] "
    "[options]",
    "Update the annotations on one or more resources.",
    (*FLAGS, Flag("field-manager", default="kubectl-annotate")),
    annotate,
)
