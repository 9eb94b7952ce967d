"""kubeconfig as data: which context is meant, and the access that it and a command's flags give.

Models: client-go/tools/clientcmd/{client_config,overrides,loader}.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import Parsed

Config = dict[str, Any]
SECTIONS = ("clusters", "contexts", "users")


@dataclass(frozen=True, slots=True)
class Access:
    """Where to ask, as whom, in which namespace. `cluster` and `user` are the kubeconfig's entries."""

    context: str
    cluster: Config
    user: Config
    namespace: str
    namespace_given: bool = False
    impersonate: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> str:
        return str(self.cluster.get("server") or "")


def merged(configs: Sequence[Config]) -> Config:
    """Several files as one: the first to name a thing wins."""
    found: Config = {"apiVersion": "v1", "kind": "Config", "preferences": {}, "current-context": ""}
    for config in configs:
        found["current-context"] = found["current-context"] or config.get("current-context") or ""
        for section in SECTIONS:
            known = found.setdefault(section, [])
            names = {each["name"] for each in known}
            known += [each for each in config.get(section) or () if each.get("name") not in names]
    return found


def named(config: Config, section: str, name: str) -> Config | None:
    """The entry of a name: `named(config, "contexts", "demo")["cluster"]`."""
    found = next((each for each in config.get(section) or () if each.get("name") == name), None)
    return None if found is None else found.get(section.removesuffix("s")) or {}


def access(config: Config, flags: Parsed) -> Access:
    """What the flags make of the kubeconfig. Raises CommandError for a context or cluster that is not there."""
    name = flags["context"] or config.get("current-context") or ""
    asked_user = _text(flags, "user")
    context = named(config, "contexts", name)
    if context is None and flags["context"] and flags["namespace"]:
        raise CommandError(f'context "{name}" does not exist')
    if context is None and flags["context"]:
        raise CommandError(f"Error in configuration: context was not found for specified context: {name}")
    context = context or {}
    cluster_name, user_name = flags["cluster"] or context.get("cluster", ""), asked_user or context.get("user", "")
    cluster = named(config, "clusters", cluster_name)
    if cluster is None and flags["cluster"]:
        raise CommandError(f'cluster "{cluster_name}" does not exist')
    user = named(config, "users", user_name)
    if user is None and asked_user:
        raise CommandError(f'auth info "{user_name}" does not exist')
    user = dict(user or {})
    if _text(flags, "token"):
        user = {"token": flags["token"]}
    return Access(
        name,
        _overridden(dict(cluster or {}), flags),
        user,
        flags["namespace"] or context.get("namespace") or "default",
        bool(flags["namespace"]),
        _impersonation(flags),
    )


def _text(flags: Parsed, name: str) -> str:
    """A global flag's text; "" where the command has a flag of its own by that name (`create rolebinding --user`)."""
    found = flags[name]
    return found if isinstance(found, str) else ""


def _overridden(cluster: Config, flags: Parsed) -> Config:
    if flags["server"]:
        cluster["server"] = flags["server"]
    if flags["insecure-skip-tls-verify"]:
        cluster["insecure-skip-tls-verify"] = True
    return cluster


def _impersonation(flags: Parsed) -> dict[str, str]:
    headers = {}
    if flags["as"]:
        headers["impersonate-user"] = flags["as"]
    if flags["as-group"]:
        if not flags["as"]:
            raise CommandError("requesting uid, groups or user-extra without impersonating a user")
        headers["impersonate-group"] = ",".join(flags["as-group"])
    if flags["as-uid"]:
        headers["impersonate-uid"] = flags["as-uid"]
    return headers
