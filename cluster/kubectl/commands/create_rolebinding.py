"""`kubectl create rolebinding` and `clusterrolebinding`.

Models: kubectl/pkg/cmd/create/create_{rolebinding,clusterrolebinding}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

RBAC = "rbac.authorization.k8s.io"
BINDINGS = Resource(RBAC, "v1", "rolebindings", "rolebinding", "RoleBinding", True)
CLUSTER_BINDINGS = Resource(RBAC, "v1", "clusterrolebindings", "clusterrolebinding", "ClusterRoleBinding", False)
SUBJECTS = (
    Flag("user", ARRAY, help="User names"),
    Flag("group", ARRAY, help="Groups"),
    Flag("serviceaccount", ARRAY, help="Service accounts as <namespace>:<name>"),
)


async def role_binding(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    if bool(flags["clusterrole"]) == bool(flags["role"]):
        raise CommandError("exactly one of clusterrole or role must be specified")
    kind = "Role" if flags["role"] else "ClusterRole"
    await _bind(invocation, BINDINGS, name, (kind, flags["role"] or flags["clusterrole"]))


async def cluster_role_binding(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    await _bind(invocation, CLUSTER_BINDINGS, name, ("ClusterRole", invocation.flags["clusterrole"]))


async def _bind(invocation: Invocation, resource: Resource, name: str, role: tuple[str, str]) -> None:
    obj: dict[str, Any] = {
        "apiVersion": f"{RBAC}/v1",
        "kind": resource.kind,
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": role[0], "name": role[1]},
    }
    if subjects := _subjects(invocation):
        obj["subjects"] = subjects
    await submission.submit(invocation, resource, obj, prefix=f"failed to create {resource.singular}")


def _subjects(invocation: Invocation) -> list[dict[str, str]]:
    flags = invocation.flags
    found = [{"kind": "User", "apiGroup": RBAC, "name": user} for user in flags["user"]]
    found += [{"kind": "Group", "apiGroup": RBAC, "name": group} for group in flags["group"]]
    for account in flags["serviceaccount"]:
        parts = account.split(":")
        if len(parts) != 2 or not all(parts):
            raise CommandError("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "namespace": parts[0], "name": parts[1]})
    return found


ROLE_BINDING = Command(
    "rolebinding",
    "kubectl create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [options]",
    "Create a role binding for a particular role or cluster role",
    (*submission.FLAGS, Flag("clusterrole", help="The cluster role"), Flag("role", help="The role"), *SUBJECTS),
    role_binding,
)
CLUSTER_ROLE_BINDING = Command(
    "clusterrolebinding",
    "kubectl create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [options]",
    "Create a cluster role binding for a particular cluster role",
    (*submission.FLAGS, Flag("clusterrole", required=True, help="The cluster role"), *SUBJECTS),
    cluster_role_binding,
)
