"""`kubectl create role` and `clusterrole`. Models: kubectl/pkg/cmd/create/create_{role,clusterrole}.go v1.37"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import Bare, CommandError
from cluster.kubectl.flags import ARRAY, LIST, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource, Resources, unknown

RBAC = "rbac.authorization.k8s.io"
ROLES = Resource(RBAC, "v1", "roles", "role", "Role", True)
CLUSTER_ROLES = Resource(RBAC, "v1", "clusterroles", "clusterrole", "ClusterRole", False)
RESOURCE_VERBS = frozenset(
    ("*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind",
     "escalate", "impersonate", "approve", "sign", "attest")
)  # fmt: skip
URL_VERBS = frozenset(("*", "get", "post", "put", "delete", "patch", "head", "options"))
FLAGS = (
    *submission.FLAGS,
    Flag("verb", LIST, help="Verbs that the rule allows"),
    Flag("resource", LIST, help="Resources, as resource.group/subresource"),
    Flag("resource-name", ARRAY, help="Only objects of these names"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One part of --resource."""

    name: str
    group: str
    subresource: str


async def role(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    verbs, asked = _verbs(invocation), _resources(invocation)
    if not verbs:
        raise CommandError("at least one verb must be specified")
    _warn(invocation, verbs)
    if not asked:
        raise CommandError("at least one resource must be specified")
    rules = _rules(await invocation.resources(), invocation, verbs, asked)
    obj = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": name}, "rules": rules}
    await submission.submit(invocation, ROLES, obj)


async def cluster_role(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    obj: dict[str, Any] = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    verbs, asked, urls = _verbs(invocation), _resources(invocation), flags["non-resource-url"]
    if flags["aggregation-rule"]:
        if verbs or asked or urls or flags["resource-name"]:
            raise CommandError(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            )
        labels = dict(part.partition("=")[::2] for part in flags["aggregation-rule"])
        obj |= {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": labels}]}, "rules": None}
    else:
        _check(verbs, asked, urls)
        if asked:
            _warn(invocation, verbs)
        obj["rules"] = _rules(await invocation.resources(), invocation, verbs, asked) if asked else []
        _check_urls(verbs, urls)
        if urls:
            obj["rules"].append({"verbs": verbs, "nonResourceURLs": list(urls)})
    await submission.submit(invocation, CLUSTER_ROLES, obj)


def _check(verbs: list[str], asked: list[_Asked], urls: tuple[str, ...]) -> None:
    if not verbs:
        raise CommandError("at least one verb must be specified")
    if not asked and not urls:
        raise CommandError("one of resource or nonResourceURL must be specified")


def _check_urls(verbs: list[str], urls: tuple[str, ...]) -> None:
    if urls and (wrong := next((verb for verb in verbs if verb not in URL_VERBS), "")):
        raise CommandError(f"invalid verb: '{wrong}' for nonResourceURL")
    for url in urls:
        if url != "*" and not url.startswith("/"):
            raise CommandError("nonResourceURL should start with /")
        if "*" in url[:-1]:
            raise CommandError("nonResourceURL only supports wildcard matches when '*' is at the end")


def _verbs(invocation: Invocation) -> list[str]:
    found = list(dict.fromkeys(invocation.flags["verb"]))
    return ["*"] if "*" in found else found


def _warn(invocation: Invocation, verbs: list[str]) -> None:
    for verb in verbs:
        if verb not in RESOURCE_VERBS:
            invocation.err(f"Warning: '{verb}' is not a standard resource verb\n")


def _resources(invocation: Invocation) -> list[_Asked]:
    found = []
    for text in invocation.flags["resource"]:
        path, _, subresource = text.partition("/")
        name, _, group = path.partition(".")
        asked = _Asked(name, group, subresource)
        if text == "*":
            return [asked]
        found.append(asked)
    return found


def _rules(known: Resources, invocation: Invocation, verbs: list[str], asked: list[_Asked]) -> list[dict[str, Any]]:
    """One rule a group, of the resources' full names. Raises CommandError for a resource the server lacks."""
    groups: dict[str, list[str]] = {}
    for each in asked:
        if not each.name:
            raise CommandError("resource must be specified if apiGroup/subresource specified")
        group, name = each.group, each.name
        if name != "*":
            spoken = f"{name}.{group}" if group else name
            resource = known.find(spoken)
            if resource is None:
                raise Bare(unknown(spoken))
            group, name = resource.group, resource.plural
        full = f"{name}/{each.subresource}" if each.subresource else name
        members = groups.setdefault(group, [])
        if full not in members:
            members.append(full)
    names = list(dict.fromkeys(invocation.flags["resource-name"]))
    return [
        {"verbs": verbs, "apiGroups": [group], "resources": members, **({"resourceNames": names} if names else {})}
        for group, members in sorted(groups.items())
    ]


ROLE = Command(
    "role",
    "kubectl create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [options]",
    "Create a role with single rule",
    FLAGS,
    role,
)
CLUSTER_ROLE = Command(
    "clusterrole",
    "kubectl create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [options]",
    "Create a cluster role",
    (
        *FLAGS,
        Flag("non-resource-url", LIST, help="URLs"),
        Flag("aggregation-rule", LIST, help="Labels of roles to gather"),
    ),
    cluster_role,
)
