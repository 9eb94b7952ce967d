"""The revisions of a workload: the ReplicaSets of a Deployment, the ControllerRevisions of the others.

Models: kubectl/pkg/util/deployment/deployment.go, polymorphichelpers/history.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.kubectl.invocation import Invocation

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"


async def replica_sets_of(invocation: Invocation, deployment: Obj) -> list[Obj]:
    """The ReplicaSets that the deployment controls, by age."""
    metadata = deployment["metadata"]
    path = f"/apis/apps/v1/namespaces/{metadata['namespace']}/replicasets"
    query = {"labelSelector": str(labels.from_label_selector(deployment["spec"]["selector"])), "limit": "500"}
    answer = await invocation.object("GET", path, query=query)
    owned = [each for each in answer.get("items") or () if _controlled(each, metadata["uid"])]
    return sorted(owned, key=lambda each: (each["metadata"].get("creationTimestamp", ""), each["metadata"]["name"]))


def _controlled(obj: Obj, uid: str) -> bool:
    references = obj["metadata"].get("ownerReferences") or ()
    return any(each.get("controller") and each.get("uid") == uid for each in references)


def same_template(deployment: Obj, replica_set: Obj) -> bool:
    """Does the ReplicaSet hold the deployment's current template, but for the hash?"""
    return bool(_without_hash(deployment["spec"]["template"]) == _without_hash(replica_set["spec"]["template"]))


def _without_hash(template: Obj) -> Any:
    metadata = dict(template.get("metadata") or {})
    metadata["labels"] = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": metadata}


def revision(obj: Obj) -> int:
    """The rollout that made a ReplicaSet or ControllerRevision; 0 when it does not say."""
    if "revision" in obj:
        return int(obj["revision"])
    text = (obj["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


async def revisions_of(invocation: Invocation, obj: Obj) -> list[Obj]:
    """The ControllerRevisions that a DaemonSet or StatefulSet controls, by revision."""
    metadata = obj["metadata"]
    path = f"/apis/apps/v1/namespaces/{metadata['namespace']}/controllerrevisions"
    query = {"labelSelector": str(labels.from_label_selector(obj["spec"]["selector"])), "limit": "500"}
    answer = await invocation.object("GET", path, query=query)
    owned = [each for each in answer.get("items") or () if _controlled(each, metadata["uid"])]
    return sorted(owned, key=revision)


def template_of(controller_revision: Obj) -> Obj:
    """The pod template that a revision keeps as a patch."""
    template = controller_revision["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}
