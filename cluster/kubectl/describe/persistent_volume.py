"""`kubectl describe persistentvolume`.

Models: describe.go describePersistentVolume, print*VolumeSource v1.37
Simplified: volume kinds of single vendors are shown as <unknown>.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import table
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events, volumes
from cluster.kubectl.describe.writer import NONE, Writer, go_list, yes
from cluster.kubectl.invocation import Invocation

MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
CLASS = "volume.beta.kubernetes.io/storage-class"


async def describe(invocation: Invocation, volume: Obj) -> str:
    return text(volume, await events.of(invocation, volume, kind="PersistentVolume"), invocation.now)


def text(volume: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec, status = volume["metadata"], volume["spec"], volume.get("status") or {}
    writer.metadata(metadata, namespaced=False)
    writer.line("Finalizers", go_list(metadata.get("finalizers") or ()))
    writer.line("StorageClass", storage_class(volume))
    writer.line("Status", state(volume, now))
    claim = spec.get("claimRef")
    writer.line("Claim", f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "")
    writer.line("Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    writer.line("Access Modes", access_modes(spec.get("accessModes") or ()))
    if "volumeMode" in spec:
        writer.line("VolumeMode", spec["volumeMode"])
    writer.line("Capacity", (spec.get("capacity") or {}).get("storage", "0"))
    _affinity(writer, (spec.get("nodeAffinity") or {}).get("required"))
    writer.line("Message", status.get("message", ""))
    writer.put("Source:\n")
    _source(writer, spec)
    events.write(writer, found, now)
    return writer.text()


def storage_class(obj: Obj) -> str:
    """Models: storageutil.GetPersistentVolumeClass, GetPersistentVolumeClaimClass"""
    old = (obj["metadata"].get("annotations") or {}).get(CLASS)
    return str(old if old is not None else obj["spec"].get("storageClassName") or "")


def state(obj: Obj, now: float) -> str:
    if going := obj["metadata"].get("deletionTimestamp"):
        return f"Terminating (lasts {table.age(going, now)})"
    return str((obj.get("status") or {}).get("phase", ""))


def access_modes(modes: Sequence[str]) -> str:
    """ "RWO,RWX": each once, in upstream's order."""
    return ",".join(short for mode, short in MODES.items() if mode in modes)


def _affinity(writer: Writer, required: Obj | None) -> None:
    if required is None:
        writer.line("Node Affinity", NONE)
        return
    writer.put("Node Affinity:\t\n")
    terms = required.get("nodeSelectorTerms") or ()
    writer.put("Required Terms:\t\n" if terms else f"Required Terms:\t{NONE}\n", 1)
    for at, term in enumerate(terms):
        expressions = [_expression(each) for each in term.get("matchExpressions") or ()]
        if not expressions:
            writer.line(f"Term {at}", NONE, 2)
        for index, line in enumerate(expressions):
            writer.put(f"\t{line}\n" if index else f"Term {at}:\t{line}\n", 2)


def _expression(each: Obj) -> str:
    values = each.get("values") or ()
    return f"{each['key']} {each['operator'].lower()}" + (f" [{', '.join(values)}]" if values else "")


def _source(writer: Writer, spec: Obj) -> None:
    if local := spec.get("local"):
        lines: volumes.Lines = [
            ("Type", "LocalVolume (a persistent volume backed by local storage on a node)"),
            ("Path", local.get("path", "")),
        ]
    elif csi := spec.get("csi"):
        lines = _csi(csi)
    else:
        kind = next((name for name in ("hostPath", "nfs") if name in spec), None)
        if kind is None:
            writer.put("<unknown>\n", 1)
            return
        lines = volumes.DESCRIBED[kind](spec[kind])
    for title, value in lines:
        writer.line(title, value, 2)


def _csi(source: Obj) -> volumes.Lines:
    return [
        ("Type", "CSI (a Container Storage Interface (CSI) volume source)"),
        ("Driver", source.get("driver", "")),
        ("FSType", source.get("fsType", "")),
        ("VolumeHandle", source.get("volumeHandle", "")),
        ("ReadOnly", yes(source.get("readOnly"))),
        ("VolumeAttributes", volumes.attributes(source)),
    ]
