"""What `get` prints with: the options of tables, and the printer that `-o` asks for.

Models: kubectl/pkg/cmd/get/{get_flags,humanreadable_flags,customcolumn_flags}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl.builder import Info
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, table


def table_options(invocation: Invocation, info: Info, *, with_kind: bool) -> table.Options:
    flags = invocation.flags
    return table.Options(
        wide=flags["output"] == "wide",
        no_headers=flags["no-headers"],
        show_labels=flags["show-labels"],
        label_columns=flags["label-columns"],
        with_namespace=flags["all-namespaces"] and info.resource.namespaced,
        kind=info.resource.printed_kind if with_kind else "",
    )


def object_printer(invocation: Invocation) -> formats.Printer:
    """The printer that `-o` asks for, of all that `get` knows. Raises CommandError."""
    text = invocation.flags["output"]
    kind, _, spec = text.partition("=")
    if kind in ("custom-columns", "custom-columns-file"):
        return _columns(invocation, kind, spec)
    if text == "name":
        return formats.printer(invocation)
    found = formats.structured(invocation, text)
    if found is None:
        raise formats.no_printer(text, formats.ALLOWED_IN_GET)
    return found


def _columns(invocation: Invocation, kind: str, spec: str) -> formats.Printer:
    from cluster.kubectl.printers import custom_columns

    if kind == "custom-columns-file":
        columns = custom_columns.parse_template(invocation.session.files.read_bytes(spec).decode())
    else:
        columns = custom_columns.parse(spec)
    no_headers = invocation.flags["no-headers"]

    def show(obj: dict[str, Any]) -> str:
        listed = isinstance(obj.get("items"), list)
        return custom_columns.rows(columns, obj["items"] if listed else [obj], no_headers=no_headers)

    return show
