"""NodeRestriction: a kubelet changes its own node and its own pods only, and not its taints or others' labels.

Models: plugin/pkg/admission/noderestriction/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import meta, status
from cluster.apiserver.admission.request import CREATE, DELETE, UPDATE, AdmissionRequest
from cluster.apiserver.authz.node import node_of

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

KINDS = frozenset({"Node", "Pod", "ServiceAccount"})
KUBERNETES, RESTRICTED = ("kubernetes.io", "k8s.io"), ("node-restriction.kubernetes.io",)
KUBELET_NAMESPACES = ("kubelet.kubernetes.io", "node.kubernetes.io")
KUBELET_LABELS = frozenset(
    (
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "kubernetes.io/arch",
        "beta.kubernetes.io/os",
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/instance-type",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
    )
)


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    node_name = node_of(request.user)
    if node_name is None:
        return
    if request.kind.built_in == "ServiceAccount" and request.subresource == "token":
        _check_token(server, request, node_name)
    elif request.kind.built_in == "Pod":
        owner = (request.old_obj or request.obj)["spec"].get("nodeName")
        if request.operation == CREATE and not request.subresource:
            raise status.forbidden(
                "pods",
                request.name,
                f'pod does not have "kubernetes.io/config.mirror" annotation, node "{node_name}" can only create mirror pods',
            )
        if owner != node_name:
            verb = "delete" if request.operation == DELETE else "update status for"
            raise status.forbidden(
                "pods", request.name, f'node "{node_name}" can only {verb} pods with spec.nodeName set to itself'
            )
    elif request.kind.built_in == "Node":
        _check_node(request, node_name)


def _check_node(request: AdmissionRequest, node_name: str) -> None:
    """A kubelet's own Node, but not what keeps pods off it: taints, and the labels that others choose nodes by."""

    def forbidden(why: str) -> status.ApiError:
        return status.forbidden("nodes", request.name, f'node "{node_name}" is not allowed to {why}')

    new, old = request.obj, request.old_obj
    if request.operation == CREATE and (labels := forbidden_labels(meta.labels_of(new), {})):
        raise forbidden(f"set the following labels: {', '.join(labels)}")
    if request.name != node_name:
        raise forbidden(f'modify node "{request.name}"')
    if request.operation != UPDATE or old is None:
        return
    if ((new.get("spec") or {}).get("taints") or []) != ((old.get("spec") or {}).get("taints") or []):
        raise forbidden("modify taints")
    if labels := forbidden_labels(meta.labels_of(new), meta.labels_of(old)):
        raise forbidden(f"modify labels: {', '.join(labels)}")
    if (new["metadata"].get("ownerReferences") or []) != (old["metadata"].get("ownerReferences") or []):
        raise forbidden("modify ownerReferences")


def forbidden_labels(new: dict[str, str], old: dict[str, str]) -> list[str]:
    """The labels among those that change that a kubelet may not set. Models: getForbiddenLabels"""
    changed = [name for name in sorted({**new, **old}) if new.get(name) != old.get(name)]
    return [name for name in changed if _is_of(name, RESTRICTED) or (_is_of(name, KUBERNETES) and not _is_own(name))]


def _is_own(name: str) -> bool:
    """Models: pkg/kubelet/apis/well_known_labels.go IsKubeletLabel"""
    return name in KUBELET_LABELS or _is_of(name, KUBELET_NAMESPACES)


def _is_of(name: str, namespaces: tuple[str, ...]) -> bool:
    found, slash, _ = name.rpartition("/")
    return bool(slash) and any(found == each or found.endswith(f".{each}") for each in namespaces)


def _check_token(server: ApiServer, request: AdmissionRequest, node_name: str) -> None:
    """A kubelet gets tokens for its own pods only."""

    def forbidden(why: str) -> status.ApiError:
        return status.forbidden("serviceaccounts", request.name, why)

    reference = request.obj["spec"].get("boundObjectRef") or {}
    name, uid = reference.get("name"), reference.get("uid")
    if (reference.get("apiVersion"), reference.get("kind")) != ("v1", "Pod") or not name:
        raise forbidden("node requested token not bound to a pod")
    if not uid:
        raise forbidden("node requested token with a pod binding without a uid")
    pod = server.reader.get("Pod", name, request.namespace)
    if pod is None:
        raise status.not_found("pods", name)
    if uid != pod["metadata"]["uid"]:
        why = (
            f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have "
            "been deleted and then recreated"
        )
        raise forbidden(why)
    if pod["spec"].get("nodeName") != node_name:
        raise forbidden("node requested token bound to a pod scheduled on a different node")
