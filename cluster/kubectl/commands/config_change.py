"""`kubectl config`: the parts that change the kubeconfig.

Models: kubectl/pkg/cmd/config/{set,unset,set_context,use_context,rename_context,delete_context}.go v1.37
"""

from __future__ import annotations

from cluster.kubectl import kubeconfig, kubeconfig_change
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, Flag
from cluster.kubectl.invocation import Invocation


def _arguments(invocation: Invocation, count: int) -> list[str]:
    """Exactly so many. Raises CommandError."""
    if len(invocation.arguments) != count:
        raise _unexpected(invocation)
    return invocation.arguments


def _unexpected(invocation: Invocation) -> CommandError:
    return CommandError(f"Unexpected args: [{' '.join(invocation.arguments)}]")


async def use_context(invocation: Invocation) -> None:
    (name,) = _arguments(invocation, 1)
    config = invocation.session.config
    if not name:
        raise CommandError("empty context names are not allowed")
    if kubeconfig.named(config, "contexts", name) is None:
        raise CommandError(f'no context exists with the name: "{name}"')
    invocation.session.save({**config, "current-context": name})
    invocation.out(f'Switched to context "{name}".\n')


async def set_context(invocation: Invocation) -> None:
    flags, config = invocation.flags, invocation.session.config
    if len(invocation.arguments) > 1:
        raise _unexpected(invocation)
    name = invocation.arguments[0] if invocation.arguments else ""
    if not name and not flags["current"]:
        raise CommandError("you must specify a non-empty context name or --current")
    if name and flags["current"]:
        raise CommandError("you cannot specify both a context name and --current")
    name = name or config.get("current-context") or ""
    if not name:
        raise CommandError("no current context is set")
    known = kubeconfig.named(config, "contexts", name)
    context = {"cluster": "", "user": "", **(known or {})}
    for flag in ("cluster", "user", "namespace"):
        if flag in flags.changed:
            context[flag] = flags[flag]
    if not context.get("namespace"):
        context.pop("namespace", None)
    invocation.session.save(kubeconfig_change.with_entry(config, "contexts", name, context))
    invocation.out(f'Context "{name}" {"created" if known is None else "modified"}.\n')


async def rename_context(invocation: Invocation) -> None:
    old, new = _arguments(invocation, 2)
    session = invocation.session
    config = session.config
    if not new:
        raise CommandError("You must specify a new non-empty context name")
    context = kubeconfig.named(config, "contexts", old)
    if context is None:
        raise CommandError(f'cannot rename the context "{old}", it\'s not in {session.config_file}')
    if kubeconfig.named(config, "contexts", new) is not None:
        raise CommandError(
            f'cannot rename the context "{old}", the context "{new}" already exists in {session.config_file}'
        )
    config = kubeconfig_change.with_entry(config, "contexts", old, None)
    config = kubeconfig_change.with_entry(config, "contexts", new, context)
    if config.get("current-context") == old:
        config["current-context"] = new
    session.save(config)
    invocation.out(f'Context "{old}" renamed to "{new}".\n')


async def delete_context(invocation: Invocation) -> None:
    session = invocation.session
    if len(invocation.arguments) != 1:
        raise CommandError(f"a NAME is needed\nSee '{invocation.path} -h' for help and examples")
    (name,) = invocation.arguments
    if kubeconfig.named(session.config, "contexts", name) is None:
        raise CommandError(f"cannot delete context {name}, not in {session.config_file}")
    if session.config.get("current-context") == name:
        invocation.err(
            'warning: this removed your active context, use "kubectl config use-context" to select a different one\n'
        )
    session.save(kubeconfig_change.with_entry(session.config, "contexts", name, None))
    invocation.out(f"deleted context {name} from {session.config_file}\n")


async def set_property(invocation: Invocation) -> None:
    name, value = _arguments(invocation, 2)
    if not value:
        raise CommandError("you cannot use set to unset a property")
    if not name:
        raise CommandError("you must specify a property")
    session, raw = invocation.session, invocation.flags["set-raw-bytes"]
    session.save(kubeconfig_change.with_property(session.config, name, value, raw=raw))
    invocation.out(f'Property "{name}" set.\n')


async def unset_property(invocation: Invocation) -> None:
    (name,) = _arguments(invocation, 1)
    if not name:
        raise CommandError("you must specify a property")
    session = invocation.session
    session.save(kubeconfig_change.with_property(session.config, name, None))
    invocation.out(f'Property "{name}" unset.\n')


USE_CONTEXT = Command(
    "use-context",
    "kubectl config use-context CONTEXT_NAME [options]",
    "Set the current-context in a kubeconfig file",
    (),
    use_context,
)
SET_CONTEXT = Command(
    "set-context",
    "kubectl config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] "
    "[--namespace=namespace] [options]",
    "Set a context entry in kubeconfig",
    (
        Flag("current", BOOL, help="The current context"),
        Flag("cluster", help="The context's cluster"),
        Flag("user", help="The context's user"),
        Flag("namespace", short="n", help="The context's namespace"),
    ),
    set_context,
)
RENAME_CONTEXT = Command(
    "rename-context",
    "kubectl config rename-context CONTEXT_NAME NEW_NAME [options]",
    "Rename a context from the kubeconfig file",
    (),
    rename_context,
)
DELETE_CONTEXT = Command(
    "delete-context",
    "kubectl config delete-context NAME [options]",
    "Delete the specified context from the kubeconfig",
    (),
    delete_context,
)
SET = Command(
    "set",
    "kubectl config set PROPERTY_NAME PROPERTY_VALUE [options]",
    "Set an individual value in a kubeconfig file",
    (Flag("set-raw-bytes", BOOL, help="Take the value of a binary field as it is, without base64"),),
    set_property,
)
UNSET = Command(
    "unset",
    "kubectl config unset PROPERTY_NAME [options]",
    "Unset an individual value in a kubeconfig file",
    (),
    unset_property,
)
