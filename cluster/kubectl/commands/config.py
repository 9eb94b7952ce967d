"""`kubectl config`: what the kubeconfig says; the parts that change it are in `config_change`.

Models: kubectl/pkg/cmd/config/{config,view,current_context,get_contexts}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import kubeconfig
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, table

SECRET = {
    "certificate-authority-data": "DATA+OMITTED",
    "client-certificate-data": "DATA+OMITTED",
    "client-key-data": "DATA+OMITTED",
    "token": "REDACTED",
    "password": "REDACTED",
}


async def view(invocation: Invocation) -> None:
    flags = invocation.flags
    config = invocation.session.config
    if flags["minify"]:
        config = _minified(invocation)
    if not flags["raw"]:
        config = _hidden(config)
    text = flags["output"] or "yaml"
    show = formats.structured(invocation, text)
    if show is None:
        raise formats.no_printer(text, formats.ALLOWED)
    invocation.out(show(_shown(config)))


def _shown(config: dict[str, Any]) -> dict[str, Any]:
    """With its sections in place, and nothing where upstream prints null."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": config.get("clusters") or None,
        "contexts": config.get("contexts") or None,
        "current-context": config.get("current-context") or "",
        "users": config.get("users") or None,
    }


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: SECRET[key] if key in SECRET and each else _hidden(each) for key, each in value.items()}
    return [_hidden(each) for each in value] if isinstance(value, list) else value


def _minified(invocation: Invocation) -> dict[str, Any]:
    config = invocation.session.config
    name = invocation.flags["context"] or config.get("current-context") or ""
    context = kubeconfig.named(config, "contexts", name)
    if not name:
        raise CommandError("current-context must exist in order to minify")
    if context is None:
        raise CommandError(f"cannot locate context {name}")
    wanted = {"contexts": name, "clusters": context.get("cluster", ""), "users": context.get("user", "")}
    chosen = {
        section: [each for each in config.get(section) or () if each["name"] == wanted[section]]
        for section in kubeconfig.SECTIONS
    }
    return {**config, **chosen, "current-context": name}


async def current_context(invocation: Invocation) -> None:
    name = invocation.session.config.get("current-context")
    if not name:
        raise CommandError("current-context is not set")
    invocation.out(f"{name}\n")


async def get_contexts(invocation: Invocation) -> None:
    config, flags = invocation.session.config, invocation.flags
    if flags["output"] not in ("", "name"):
        raise CommandError(f"output must be one of '' or 'name': {flags['output']}")
    known = sorted(each["name"] for each in config.get("contexts") or ())
    errors = [CommandError(f"context {name} not found") for name in invocation.arguments if name not in known]
    chosen = [name for name in known if not invocation.arguments or name in invocation.arguments]
    writer = table.writer()
    if not flags["no-headers"] and not flags["output"]:
        writer.write("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n")
    for name in chosen:
        context = kubeconfig.named(config, "contexts", name) or {}
        mark = "*" if name == config.get("current-context") else ""
        cells = [mark, name, context.get("cluster", ""), context.get("user", ""), context.get("namespace", "")]
        writer.write(name + "\n" if flags["output"] else "\t".join(cells) + "\n")
    invocation.out(writer.flush())
    raise_all(errors)


VIEW = Command(
    "view",
    "kubectl config view [flags] [options]",
    "Display merged kubeconfig settings or a specified kubeconfig file",
    (
        *formats.OUTPUT,
        Flag("minify", BOOL, help="Only what the current context uses"),
        Flag("raw", BOOL, help="With secrets"),
        Flag("flatten", BOOL),
        Flag("merge", BOOL, default=True),
    ),
    view,
)
CURRENT_CONTEXT = Command(
    "current-context", "kubectl config current-context [options]", "Display the current-context", (), current_context
)
GET_CONTEXTS = Command(
    "get-contexts",
    "kubectl config get-contexts [(-o|--output=)name)] [options]",
    "Describe one or many contexts",
    (Flag("output", short="o", help='"name"'), Flag("no-headers", BOOL, help="Leave the header line out")),
    get_contexts,
)
COMMAND = Command(
    "config",
    "kubectl config SUBCOMMAND [options]",
    "Modify kubeconfig files.",
    parts={
        "current-context": "config:CURRENT_CONTEXT",
        "delete-context": "config_change:DELETE_CONTEXT",
        "get-contexts": "config:GET_CONTEXTS",
        "rename-context": "config_change:RENAME_CONTEXT",
        "set": "config_change:SET",
        "set-context": "config_change:SET_CONTEXT",
        "unset": "config_change:UNSET",
        "use-context": "config_change:USE_CONTEXT",
        "use": "config_change:USE_CONTEXT",
        "view": "config:VIEW",
    },
)
