"""`kubectl wait`: until objects have a condition, a value, are there, or are gone.

Models: kubectl/pkg/cmd/wait/{wait,condition,delete,json,create}.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder, deletion, following
from cluster.kubectl.builder import Info, Query, Targets
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, DURATION, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, jsonpath

Obj = dict[str, Any]
Met = Callable[[Obj], bool]
POLL_SECONDS = 0.5
FLAGS = (
    *formats.OUTPUT,
    Flag("for", ARRAY, help="create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]"),
    Flag("timeout", DURATION, default=30.0, help="How long to wait; 0 looks once, less than 0 is a week"),
    Flag("all", BOOL, help="All objects of the type in the namespace"),
    Flag("all-namespaces", BOOL, short="A", help="Across all namespaces"),
    Flag("selector", short="l", help="Label selector"),
    Flag("field-selector", help="Field selector"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
)


async def run(invocation: Invocation) -> None:
    show = formats.printer(invocation, "condition met")
    conditions = [_condition(text) for text in invocation.flags["for"]]
    if not conditions:
        raise CommandError("unrecognized condition: []")
    asked = [text.lower() for text in invocation.flags["for"]]
    timeout = invocation.flags["timeout"]
    deadline = invocation.now + (deletion.WEEK if timeout < 0 else timeout)
    if "create" in asked:
        await _created(invocation, deadline)
    found = await _found(invocation)
    going = "delete" in asked
    if going:
        found.errors = [error for error in found.errors if not _is_missing(error)]
    for info in found.infos:
        for condition in conditions:
            await _wait(invocation, info, condition, deadline)
            invocation.out(show(info.obj))
    raise_all(found.errors)
    if not found.infos and not going:
        raise CommandError("no matching resources found")


def _is_missing(error: Exception) -> bool:
    return isinstance(error, ApiError) and error.code == 404


def _condition(text: str) -> Met | str:
    """What an object must be like; "create" and "delete" as they are. Raises CommandError."""
    if text.lower() in ("create", "delete"):
        return text.lower()
    kind, equals, rest = text.partition("=")
    if kind == "condition" and equals:
        name, _, value = rest.partition("=")
        return lambda obj: _has_condition(obj, name, value or "true")
    if kind == "jsonpath" and equals:
        path, value = _path_and_value(rest)
        template = jsonpath.parse(path)
        return lambda obj: _has_value(obj, template, value)
    raise CommandError(f'unrecognized condition: "{text}"')


def _has_condition(obj: Obj, name: str, value: str) -> bool:
    generation = obj["metadata"].get("generation", 0)
    for each in (obj.get("status") or {}).get("conditions") or ():
        if each.get("type", "").lower() == name.lower():
            stale = 0 < each.get("observedGeneration", 0) < generation
            return not stale and str(each.get("status", "")).lower() == value.lower()
    return False


def _path_and_value(text: str) -> tuple[str, str]:
    """A single "=" parts path and value, a double one belongs to the path."""
    parts = [part.replace("\0", "==") for part in text.replace("==", "\0").split("=")]
    if len(parts) > 2:
        raise CommandError(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
            "--for=jsonpath='{.status.readyReplicas}'"
        )
    path = jsonpath.relaxed(parts[0])
    if not path:
        raise CommandError("jsonpath expression cannot be empty")
    value = parts[1].strip("'\"") if len(parts) == 2 else ""
    if len(parts) == 2 and not value:
        raise CommandError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )
    return path, value


def _has_value(obj: Obj, template: jsonpath.Template, value: str) -> bool:
    found: Sequence[Any] = [each for values in jsonpath.results(template, obj) for each in values]
    if len(found) > 1:
        raise CommandError("given jsonpath expression matches more than one value")
    if not found:
        return False
    if not value:
        return True
    if isinstance(found[0], dict | list):
        raise CommandError("jsonpath leads to a nested object or list which is not supported")
    return jsonpath.go_text(found[0]) == value


async def _found(invocation: Invocation) -> Targets:
    flags = invocation.flags
    asked = Query(
        list(invocation.arguments),
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or ("" if flags["all"] else None),
        field_selector=flags["field-selector"] or None,
        all_namespaces=flags["all-namespaces"],
    )
    found = await builder.infos(invocation, asked)
    if asked.filenames:
        for info in list(found.infos):
            try:
                info.obj = await invocation.object("GET", info.path())
            except ApiError as error:
                found.infos.remove(info)
                found.errors.append(error)
    return found


async def _created(invocation: Invocation, deadline: float) -> None:
    while True:
        found = await _found(invocation)
        if found.infos:
            return
        raise_all([error for error in found.errors if not _is_missing(error)])
        if invocation.now >= deadline:
            raise CommandError("timed out waiting for the condition")
        await invocation.session.clock.sleep(POLL_SECONDS)


async def _wait(invocation: Invocation, info: Info, condition: Met | str, deadline: float) -> None:
    late = f"timed out waiting for the condition on {info.resource.plural}/{info.name}"
    if condition == "create" or (callable(condition) and condition(info.obj)):
        return
    left = deadline - invocation.now
    if condition == "delete":
        await deletion.wait(invocation, info, info.obj["metadata"]["uid"], max(left, 0.001))
    elif callable(condition):
        try:
            await invocation.session.clock.wait_for(_until(invocation, info, condition), max(left, 0.001))
        except TimeoutError:
            raise CommandError(late) from None


async def _until(invocation: Invocation, info: Info, met: Met) -> None:
    """Follow the object until it is as wanted."""
    while not met(info.obj):
        async with following.changes(invocation, info, info.obj) as changes:
            async for type, changed in changes:
                if type in ("ADDED", "MODIFIED"):
                    info.obj = changed
                    if met(changed):
                        return
        info.obj = await invocation.object("GET", info.path())


COMMAND = Command(
    "wait",
    "kubectl wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) "
    "[--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
    "Wait for a specific condition on one or many resources.",
    FLAGS,
    run,
)
