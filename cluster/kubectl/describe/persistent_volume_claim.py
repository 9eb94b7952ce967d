"""`kubectl describe persistentvolumeclaim`: with the pods that use it. Models: describe.go describePersistentVolumeClaim v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.persistent_volume import access_modes, state, storage_class
from cluster.kubectl.describe.writer import NONE, Writer, go_list, rfc1123
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, claim: Obj) -> str:
    path = f"/api/v1/namespaces/{claim['metadata']['namespace']}/pods"
    answer = await invocation.object("GET", path, query={"limit": events.CHUNK})
    users = users_of(claim, answer.get("items") or ())
    found = await events.of(invocation, claim, kind="PersistentVolumeClaim")
    return text(claim, users, found, invocation.now)


def users_of(claim: Obj, pods: Sequence[Obj]) -> list[str]:
    """The pods that mount the claim, then those that own it. Models: getPodsForPVC"""
    metadata = claim["metadata"]
    names = [
        pod["metadata"]["name"]
        for pod in pods
        for volume in pod["spec"].get("volumes") or ()
        if (volume.get("persistentVolumeClaim") or {}).get("claimName") == metadata["name"]
    ]
    for reference in metadata.get("ownerReferences") or ():
        owner = next((pod for pod in pods if pod["metadata"]["uid"] == reference.get("uid")), None)
        if reference.get("kind") == "Pod" and owner and owner["metadata"]["name"] not in names:
            names.append(owner["metadata"]["name"])
    return names


def text(claim: Obj, users: list[str], found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec, status = claim["metadata"], claim["spec"], claim.get("status") or {}
    bound = bool(spec.get("volumeName"))
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("StorageClass", storage_class(claim))
    writer.line("Status", state(claim, now))
    writer.line("Volume", spec.get("volumeName", ""))
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    writer.line("Finalizers", go_list(metadata.get("finalizers") or ()))
    writer.line("Capacity", (status.get("capacity") or {}).get("storage", "0") if bound else "")
    writer.line("Access Modes", access_modes(status.get("accessModes") or ()) if bound else "")
    if "volumeMode" in spec:
        writer.line("VolumeMode", spec["volumeMode"])
    if source := spec.get("dataSource"):
        writer.put("DataSource:\n")
        for title, field in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if field in source:
                writer.line(title, source[field], 1)
    writer.several("Used By", sorted(users)) if users else writer.line("Used By", NONE)
    _conditions(writer, status.get("conditions") or ())
    events.write(writer, found, now)
    return writer.text()


def _conditions(writer: Writer, conditions: Sequence[Obj]) -> None:
    if not conditions:
        return
    writer.put("Conditions:\n")
    writer.row("Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message")
    writer.row("----", "------", "-----------------", "------------------", "------", "-------")
    for each in conditions:
        times = [rfc1123(each.get(field)) for field in ("lastProbeTime", "lastTransitionTime")]
        words = [each.get(field, "") for field in ("type", "status")]
        writer.row(*(f"{cell} " for cell in [*words, *times, each.get("reason", "")]), each.get("message", ""))
