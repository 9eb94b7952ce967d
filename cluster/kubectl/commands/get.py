"""`kubectl get`: objects as a table, as YAML, JSON, names, JSONPath or columns of one's own; once, or watched.

Models: kubectl/pkg/cmd/get/get.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query, Targets
from cluster.kubectl.command import Command
from cluster.kubectl.commands import get_printers
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, INT, LIST, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, table

FLAGS = (
    *formats.OUTPUT,
    Flag("raw", help="Raw URI to request from the server"),
    Flag("watch", BOOL, short="w", help="After listing, watch for changes"),
    Flag("watch-only", BOOL, help="Watch for changes without listing first"),
    Flag("output-watch-events", BOOL, help="Print each event with its type"),
    Flag("ignore-not-found", BOOL, help="Treat an object that is not there as no failure"),
    Flag("selector", short="l", help="Label selector"),
    Flag("field-selector", help="Field selector"),
    Flag("all-namespaces", BOOL, short="A", help="Across all namespaces"),
    Flag("no-headers", BOOL, help="Leave the header line out"),
    Flag("show-labels", BOOL, help="Show all labels as the last column"),
    Flag("label-columns", LIST, short="L", help="Labels to show as columns"),
    Flag("show-kind", BOOL, help="Show the kind before the name"),
    Flag("sort-by", help="A JSONPath to sort by"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("chunk-size", INT, default=500),
    Flag("subresource", help="The subresource to get"),
    Flag("server-print", BOOL, default=True),
)
NO_TYPE = 'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n'
REQUIRED = (
    "Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).'
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    if flags["raw"]:
        await _raw(invocation)
        return
    watching = flags["watch"] or flags["watch-only"]
    if not invocation.arguments and not flags["filename"] and not watching:
        invocation.err(NO_TYPE)
        raise invocation.usage_error(REQUIRED)
    _check(invocation)
    asked = query_of(invocation)
    if watching:
        from cluster.kubectl.commands import get_watch

        await get_watch.run(invocation, asked)
    elif flags["output"] in ("", "wide"):
        await _tables(invocation, asked)
    else:
        await _objects(invocation, asked)


def query_of(invocation: Invocation) -> Query:
    flags = invocation.flags
    return Query(
        invocation.arguments,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        field_selector=flags["field-selector"] or None,
        all_namespaces=flags["all-namespaces"],
        every=True,
        subresource=flags["subresource"],
    )


def _check(invocation: Invocation) -> None:
    flags, output = invocation.flags, invocation.flags["output"]
    if flags["show-labels"] and output not in ("", "wide"):
        raise CommandError(f"--show-labels option cannot be used with {output} printer")
    if flags["label-columns"] and output.startswith("custom-columns"):
        raise CommandError(f"--label-columns option cannot be used with {output} printer")
    if flags["output-watch-events"] and not (flags["watch"] or flags["watch-only"]):
        raise CommandError("--output-watch-events option can only be used with --watch or --watch-only")


async def _raw(invocation: Invocation) -> None:
    if invocation.arguments:
        raise CommandError("arguments may not be passed when --raw is specified")
    path, _, text = invocation.flags["raw"].partition("?")
    from urllib.parse import parse_qsl

    answer = await invocation.request("GET", path, query=dict(parse_qsl(text, keep_blank_values=True)))
    invocation.out(answer.body.raw.decode("utf-8", "replace"))


# --- tables ----------------------------------------------------------------------------------------------------------


async def _tables(invocation: Invocation, asked: Query) -> None:
    found = await builder.targets(invocation, asked)
    answers = await _fetched_tables(invocation, found)
    if invocation.flags["sort-by"]:
        from cluster.kubectl.commands import get_sort

        for _, answer in answers:
            get_sort.sort_rows(answer, invocation.flags["sort-by"])
    written = _print_tables(invocation, answers)
    if not written and not invocation.flags["ignore-not-found"] and not found.errors:
        everywhere = asked.all_namespaces or not all(info.resource.namespaced for info, _ in answers)
        place = "" if everywhere else f" in {invocation.namespace} namespace."
        invocation.err(f"No resources found{place}\n")
    raise_all(found.errors)


async def _fetched_tables(invocation: Invocation, found: Targets) -> list[tuple[Info, dict[str, Any]]]:
    """Each target's table; failures go to `found.errors`."""
    headers = {"accept": f"{table.ACCEPT},application/json"}
    answers = []
    for info in found.infos:
        try:
            answers.append((info, await _table(invocation, info, found.query, headers)))
        except ApiError as error:
            if not (error.code == 404 and invocation.flags["ignore-not-found"]):
                found.errors.append(builder.refused_list(error, info, found.query))
    return answers


async def _table(invocation: Invocation, info: Info, asked: Query, headers: dict[str, str]) -> dict[str, Any]:
    query = {} if info.name else {**asked.selects, "limit": builder.CHUNK}
    if invocation.flags["sort-by"]:
        query = {key: value for key, value in query.items() if key != "limit"} | {"includeObject": "Object"}
    path = info.path(asked.subresource) if info.name else info.collection
    answer: dict[str, Any] = await invocation.object("GET", path, query=query, headers=headers)
    rows = list(answer.get("rows") or ())
    more = answer
    while not info.name and (token := (more.get("metadata") or {}).get("continue")):
        more = await invocation.object("GET", path, query={**query, "continue": token}, headers=headers)
        rows += more.get("rows") or ()
    return {**answer, "rows": rows}


def _print_tables(invocation: Invocation, answers: list[tuple[Info, dict[str, Any]]]) -> bool:
    """Print the tables, a blank line between types; whether anything was."""
    with_kind = invocation.flags["show-kind"] or len({info.resource for info, _ in answers}) > 1
    writer, written, last, printer = table.writer(), False, None, None
    for info, answer in answers:
        if "columnDefinitions" not in answer:
            answer = _as_table(answer)
        if info.resource != last or printer is None:
            text = writer.flush()
            invocation.out(text)
            written = written or bool(text)
            if written and answer["rows"] and not invocation.flags["no-headers"]:
                invocation.out("\n")
            writer.forget()
            printer, last = (
                table.TablePrinter(get_printers.table_options(invocation, info, with_kind=with_kind)),
                info.resource,
            )
        writer.write(printer.lines(answer))
    text = writer.flush()
    invocation.out(text)
    return written or bool(text)


def _as_table(obj: dict[str, Any]) -> dict[str, Any]:
    """What answered without columns, shown by name and age. Models: get/humanreadable fallback"""
    metadata = obj.get("metadata") or {}
    columns = [{"name": "Name", "priority": 0}, {"name": "Created At", "priority": 0}]
    row = {"cells": [metadata.get("name", ""), metadata.get("creationTimestamp")], "object": obj}
    return {"columnDefinitions": columns, "rows": [row]}


# --- objects ---------------------------------------------------------------------------------------------------------


async def _objects(invocation: Invocation, asked: Query) -> None:
    from cluster.kubectl.commands import get_sort

    found = await builder.infos(invocation, asked)
    if asked.filenames:
        found = await _latest(invocation, found)
    if invocation.flags["ignore-not-found"]:
        found.errors = [each for each in found.errors if not (isinstance(each, ApiError) and each.code == 404)]
    if found.errors and found.single:
        raise_all(found.errors)
    show = get_printers.object_printer(invocation)
    objects = [info.obj for info in found.infos]
    if invocation.flags["sort-by"]:
        objects = get_sort.sorted_objects(objects, invocation.flags["sort-by"])
    if found.single:
        if found.infos:
            invocation.out(show(objects[0]))
    elif objects or not (found.errors or invocation.flags["ignore-not-found"]):
        listed = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
        invocation.out(show(listed))
    raise_all(found.errors)


async def _latest(invocation: Invocation, found: Targets) -> Targets:
    fresh = []
    for info in found.infos:
        try:
            info.obj = await invocation.object("GET", info.path())
            fresh.append(info)
        except ApiError as error:
            found.errors.append(error)
    found.infos = fresh
    return found


COMMAND = Command(
    "get",
    "kubectl get [(-o|--output=)json|yaml|name|jsonpath|custom-columns|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | "
    "TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
    "Display one or many resources.",
    FLAGS,
    run,
)
