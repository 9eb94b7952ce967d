"""`kubectl set image`: the images of a pod's or a template's containers. Models: kubectl/pkg/cmd/set/set_image.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.client.rest import STRATEGIC_MERGE_PATCH
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.commands import pairs, set_pod_spec
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Obj = dict[str, Any]
LISTS = ("initContainers", "containers")


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    words, texts = pairs.split(invocation.arguments, "image")
    images, _ = pairs.parse(texts, "image", removable=False)
    asked = Query(
        words,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        every=flags["all"],
    )
    found = await builder.infos(invocation, asked)
    raise_all(found.errors)
    _check(invocation, words, images)
    strategy = formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("image updated", strategy))
    errors: list[Exception] = []
    for info in found.infos:
        try:
            obj = await _set(invocation, info, images, strategy, errors)
        except ApiError as error:
            errors.append(CommandError(f"failed to patch image update to pod template: {error.message}"))
            continue
        if obj is not None:
            invocation.out(show(obj))
    raise_all(errors)


def _check(invocation: Invocation, words: list[str], images: dict[str, str]) -> None:
    flags = invocation.flags
    errors: list[Exception] = []
    if flags["all"] and flags["selector"]:
        errors.append(CommandError("cannot set --all and --selector at the same time"))
    if not words and not flags["filename"]:
        told = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
        errors.append(CommandError(told))
    if not images:
        errors.append(CommandError("at least one image update is required"))
    elif len(images) > 1 and "*" in images:
        told = "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        errors.append(CommandError(told))
    raise_all(errors)


async def _set(
    invocation: Invocation, info: Info, images: dict[str, str], strategy: str, errors: list[Exception]
) -> Obj | None:
    """The changed object; None when nothing had to change. Containers that are not there go to `errors`."""
    path = ("spec",) if info.resource.kind == "Pod" else ("spec", "template", "spec")
    patch = _patch(info.obj, path, images, errors)
    if not patch:
        return None
    if strategy == "client":
        from cluster.apimachinery.patch import strategic
        from cluster.kubectl.commands.apply_patch import type_of

        type = type_of(info)
        return strategic.apply(info.obj, patch, type) if type else info.obj
    query = {"fieldManager": invocation.flags["field-manager"]} | ({"dryRun": "All"} if strategy == "server" else {})
    headers = {"content-type": STRATEGIC_MERGE_PATCH}
    answer: Obj = await invocation.object(
        "PATCH", info.path(), query=query, headers=headers, body=Payload(object=patch)
    )
    return answer


def _patch(obj: Obj, path: tuple[str, ...], images: dict[str, str], errors: list[Exception]) -> Obj:
    """The strategic merge patch that sets the images in the pod spec at `path`; {} when they are so already."""
    spec = obj
    for step in path:
        spec = spec.get(step) or {}
    patch: Obj = {}
    for name, image in images.items():
        chosen = [(part, each) for part in LISTS for each in spec.get(part) or () if name in ("*", each["name"])]
        if not chosen:
            errors.append(CommandError(f'error: unable to find container named "{name}"'))
        for part, container in chosen:
            if container.get("image") != image:
                patch.setdefault(part, []).append({"name": container["name"], "image": image})
    if patch:
        for step in reversed(path):
            patch = {step: patch}
    return patch


COMMAND = Command(
    "image",
    "kubectl set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... [options]",
    "Update the image of a pod template",
    set_pod_spec.FLAGS,
    run,
)
