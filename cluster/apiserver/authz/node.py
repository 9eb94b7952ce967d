"""The node authorizer: a kubelet may do what its own node and its own pods need.

Models: plugin/pkg/auth/authorizer/node/node_authorizer.go v1.37
Simplified: what a pod refers to is looked up when asked, there is no graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz.attributes import Attributes

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

PREFIX, GROUP = "system:node:", "system:nodes"
READ = ("get", "list", "watch")
MOST_HINTS = 20_000
ANY_NODE = {
    ("", "nodes"): ("create", "update", "patch"),
    ("", "nodes/status"): ("update", "patch"),
    ("", "pods"): ("create", "delete"),
    ("", "pods/status"): ("update", "patch"),
    ("", "pods/eviction"): ("create",),
    ("", "events"): ("create", "update", "patch"),
    ("", "services"): READ,
    ("authentication.k8s.io", "tokenreviews"): ("create",),
    ("authorization.k8s.io", "subjectaccessreviews"): ("create",),
}


def node_of(user: User) -> str | None:
    """The node that a user is, or None."""
    if GROUP in user.groups and user.name.startswith(PREFIX):
        return user.name.removeprefix(PREFIX)
    return None


def allows(reader: Reader, user: User, asked: Attributes) -> str | None:
    """ "" when a kubelet may, None when this authorizer has no opinion."""
    node_name = node_of(user)
    if node_name is None or asked.path:
        return None
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    if (asked.group, resource) == ("coordination.k8s.io", "leases"):
        own = asked.namespace == "kube-node-lease" and (asked.verb == "create" or asked.name == node_name)
        return "" if own and asked.verb in ("create", "get", "update", "patch", "delete") else None
    if asked.group == "" and resource in ("nodes", "pods") and asked.verb in READ:
        return "" if _is_its_own(reader, node_name, asked) else None
    if (asked.group, resource) == ("", "serviceaccounts/token"):
        return "" if asked.verb == "create" and _runs_as(reader, node_name, asked) else None
    if asked.group == "" and resource in ("secrets", "configmaps") and asked.verb in READ and asked.name:
        return "" if _refers(reader, node_name, asked) else None
    if resource in ("nodes", "nodes/status") and asked.verb in ("update", "patch") and asked.name != node_name:
        return None
    return "" if asked.verb in ANY_NODE.get((asked.group, resource), ()) else None


def explains(user: User, asked: Attributes) -> str:
    """What a refused kubelet is told besides."""
    node_name = node_of(user)
    if node_name is None or asked.group or asked.subresource or asked.verb not in READ:
        return ""
    if asked.resource == "pods" and asked.verb != "get":
        return "can only list/watch pods with spec.nodeName field selector"
    if asked.resource == "nodes":
        other = f"'{asked.name}'" if asked.name else "all nodes"
        return f"node '{node_name}' cannot read {other}, only its own Node object"
    return ""


def _is_its_own(reader: Reader, node_name: str, asked: Attributes) -> bool:
    """Its Node, a pod that it runs, a list of no other pods than these."""
    if asked.resource == "nodes":
        return asked.name == node_name
    if asked.verb != "get":
        return asked.node == node_name
    pod = reader.get("Pod", asked.name, asked.namespace)
    return pod is not None and pod["spec"].get("nodeName") == node_name


def _refers(reader: Reader, node_name: str, asked: Attributes) -> bool:
    """Does a pod of the node name this secret or config map? The pod that did so last is asked first."""
    wanted = (asked.resource, asked.name)

    def names_it(pod: Obj | None) -> bool:
        return pod is not None and pod["spec"].get("nodeName") == node_name and wanted in references(pod["spec"])

    hint = (node_name, asked.namespace, *wanted)
    if names_it(reader.get("Pod", reader.hints.get(hint, ""), asked.namespace)):
        return True
    for pod in reader.list("Pod", asked.namespace):
        if names_it(pod):
            if len(reader.hints) >= MOST_HINTS:
                reader.hints.clear()
            reader.hints[hint] = pod["metadata"]["name"]
            return True
    return False


def _runs_as(reader: Reader, node_name: str, asked: Attributes) -> bool:
    """Does a pod of the node run as this service account?"""
    specs = [pod["spec"] for pod in reader.list("Pod", asked.namespace)]
    return any(each.get("nodeName") == node_name and each.get("serviceAccountName") == asked.name for each in specs)


def references(spec: Obj) -> set[tuple[str, str]]:
    """(resource, name) of every secret and config map that a pod names. Models: pkg/api/v1/pod/util.go Visit*"""
    found = {("secrets", each["name"]) for each in spec.get("imagePullSecrets") or () if each.get("name")}
    for volume in spec.get("volumes") or ():
        _visit(found, volume, "secret", "secrets", "secretName")
        _visit(found, volume, "configMap", "configmaps", "name")
        for source in (volume.get("projected") or {}).get("sources") or ():
            _visit(found, source, "secret", "secrets", "name")
            _visit(found, source, "configMap", "configmaps", "name")
        for plugin in volume.values():
            if isinstance(plugin, dict):
                _visit(found, plugin, "secretRef", "secrets", "name")
                _visit(found, plugin, "nodePublishSecretRef", "secrets", "name")
    for containers in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(containers) or ():
            for source in container.get("envFrom") or ():
                _visit(found, source, "secretRef", "secrets", "name")
                _visit(found, source, "configMapRef", "configmaps", "name")
            for variable in container.get("env") or ():
                source = variable.get("valueFrom") or {}
                _visit(found, source, "secretKeyRef", "secrets", "name")
                _visit(found, source, "configMapKeyRef", "configmaps", "name")
    return found


def _visit(found: set[tuple[str, str]], holder: Obj, field: str, resource: str, key: str) -> None:
    name = (holder.get(field) or {}).get(key)
    if name:
        found.add((resource, name))
