"""A StatefulSet's pods and claims by ordinal: names, labels, volumes; pure.

Models: pkg/controller/statefulset/stateful_set_utils.go v1.37
"""

from __future__ import annotations

import re

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers import pods as pod_facts
from cluster.controllers.history import HASH

POD_NAME, POD_INDEX = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"
_ordinal = re.compile(r"(.*)-([0-9]+)")


def start_of(owner: Obj) -> int:
    return (owner["spec"].get("ordinals") or {}).get("start") or 0


def ordinal_of(owner: Obj, pod: Obj) -> int:
    """-1 for a name that is not one of its own."""
    match = _ordinal.fullmatch(meta.name_of(pod))
    return int(match.group(2)) if match and match.group(1) == meta.name_of(owner) else -1


def pod_for(owner: Obj, ordinal: int, revision: Obj) -> Obj:
    """The pod of an ordinal, of the template that a revision keeps. Models: newVersionedStatefulSetPod"""
    template = {key: value for key, value in revision["data"]["spec"]["template"].items() if key != "$patch"}
    pod = pod_facts.from_template(owner, template)
    name = f"{meta.name_of(owner)}-{ordinal}"
    metadata = {key: value for key, value in pod["metadata"].items() if key != "generateName"}
    marks = {POD_NAME: name, POD_INDEX: str(ordinal), HASH: meta.name_of(revision)}
    spec = {**pod["spec"], "hostname": name}
    if service := owner["spec"].get("serviceName"):
        spec["subdomain"] = service
    claims = {
        template["metadata"]["name"]: claim_name(owner, template, ordinal)
        for template in owner["spec"].get("volumeClaimTemplates") or ()
    }
    if claims:
        volumes = [each for each in spec.get("volumes") or () if each["name"] not in claims]
        spec["volumes"] = volumes + [
            {"name": each, "persistentVolumeClaim": {"claimName": claim}} for each, claim in claims.items()
        ]
    return {
        **pod,
        "metadata": {**metadata, "name": name, "labels": {**(metadata.get("labels") or {}), **marks}},
        "spec": spec,
    }


def claim_name(owner: Obj, template: Obj, ordinal: int) -> str:
    return f"{template['metadata']['name']}-{meta.name_of(owner)}-{ordinal}"


def claims_for(owner: Obj, ordinal: int) -> list[Obj]:
    """The claims of an ordinal. Models: getPersistentVolumeClaims"""
    labels = (owner["spec"].get("selector") or {}).get("matchLabels") or {}
    found = []
    for template in owner["spec"].get("volumeClaimTemplates") or ():
        metadata = {
            **{key: value for key, value in template["metadata"].items() if key in ("labels", "annotations")},
            "name": claim_name(owner, template, ordinal),
        }
        metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
        found.append(
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": template["spec"]}
        )
    return found


def revision_of(pod: Obj) -> str:
    return meta.labels_of(pod).get(HASH, "")


def is_running_and_ready(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") == "Running" and pod_facts.is_ready(pod)


def is_healthy(pod: Obj) -> bool:
    return is_running_and_ready(pod) and not meta.is_being_deleted(pod)


def has_finished(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
