"""`-o`: from the text of the flag to a printer, a function from an object to text.

Models: cli-runtime/pkg/genericclioptions/{print_flags,json_yaml_flags,jsonpath_flags,name_flags}.go v1.37
Simplified: go-template, templatefile and kyaml are refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, STRING, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import name

Printer = Callable[[Obj], str]

COMMON = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile"
ALLOWED = f"{COMMON},yaml"
ALLOWED_IN_GET = f"custom-columns,custom-columns-file,{COMMON},wide,yaml"
JSONPATHS = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
NOT_HERE = ("go-template", "go-template-file", "template", "templatefile", "kyaml")

OUTPUT = (
    Flag("output", short="o", help="Output format"),
    Flag("show-managed-fields", BOOL, help="Keep the managedFields in JSON and YAML"),
    Flag("template", help="Template of a jsonpath output"),
    Flag("allow-missing-template-keys", BOOL, default=True),
)
DRY_RUN = Flag("dry-run", STRING, default="none", bare="unchanged", help='"none", "server", or "client"')


def printer(invocation: Invocation, operation: str = "") -> Printer:
    """The printer that `-o` asks for; without `-o` the line that tells what was done."""
    text = invocation.flags["output"]
    if text in ("", "name"):
        return lambda obj: name.line(obj, operation, short=text == "name")
    found = structured(invocation, text)
    if found is None:
        raise no_printer(text, ALLOWED)
    return found


def structured(invocation: Invocation, text: str) -> Printer | None:
    """The printer of json, yaml or a jsonpath; None for another format."""
    clean: Printer = _whole if invocation.flags["show-managed-fields"] else _trimmed
    if text == "json":
        from cluster.kubectl.printers import json

        return lambda obj: json.document(clean(obj))
    if text == "yaml":
        return _yaml(clean)
    kind, equals, template = text.partition("=")
    if kind in NOT_HERE:
        raise CommandError(f'the output format "{kind}" is not supported here (docs/kubectl.md)')
    if kind not in JSONPATHS:
        return None
    if not equals:
        template = invocation.flags["template"]
    if not template:
        raise CommandError("template format specified but no template given")
    return _jsonpath(invocation, kind, template)


def no_printer(text: str, allowed: str) -> CommandError:
    return CommandError(
        f'unable to match a printer suitable for the output format "{text}", allowed formats are: {allowed}'
    )


def _whole(obj: Obj) -> Any:
    return obj


def _trimmed(obj: Obj) -> Any:
    from cluster.kubectl.printers import json

    return json.without_managed_fields(obj)


def _yaml(clean: Printer) -> Printer:
    from cluster.kubectl.printers import yaml

    printed = 0

    def show(obj: Obj) -> str:
        nonlocal printed
        printed += 1
        return ("---\n" if printed > 1 else "") + yaml.document(clean(obj))

    return show


def _jsonpath(invocation: Invocation, kind: str, text: str) -> Printer:
    from cluster.kubectl.printers import json, jsonpath

    if kind == "jsonpath-file":
        try:
            text = invocation.session.files.read_bytes(text).decode()
        except OSError as error:
            raise CommandError(f"error reading --template {text}, open {text}: no such file or directory\n") from error
    template = jsonpath.parse(text)
    if kind == "jsonpath-as-json":
        return lambda obj: "".join(json.document(found) for found in jsonpath.results(template, obj))
    return lambda obj: jsonpath.execute(template, obj)


# --- dry run ---------------------------------------------------------------------------------------------------------


def dry_run(invocation: Invocation) -> str:
    """ "none", "client" or "server". Raises CommandError."""
    text = invocation.flags["dry-run"]
    if text == "unchanged":
        invocation.err("W: --dry-run is deprecated and can be replaced with --dry-run=client.\n")
        return "client"
    if text in ("client", "server", "none"):
        return str(text)
    if text in ("true", "false", "1", "0"):
        raise CommandError(f'Invalid dry-run value ({text}). Must be "none", "server", or "client".')
    raise CommandError(f'Invalid dry-run value ({text}). Must be "none", "server", or "client".')


def told(operation: str, strategy: str) -> str:
    """The operation with the note that it was not done."""
    return operation + {"client": " (dry run)", "server": " (server dry run)"}.get(strategy, "")
