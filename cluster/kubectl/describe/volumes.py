"""Volumes within a description of a pod or of a pod template.

Models: kubectl/pkg/describe/describe.go describeVolumes v1.37
Simplified: volume kinds of single vendors are shown as <unknown>.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import NONE, Writer, yes

Lines = list[tuple[str, Any]]


def write(writer: Writer, volumes: Sequence[Obj] | None, space: str = "") -> None:
    if not volumes:
        writer.put(f"{space}Volumes:\t{NONE}\n")
        return
    writer.put(f"{space}Volumes:\n")
    for volume in volumes:
        writer.put(f"{' ' if space else ''}{volume['name']}:\n", 1)
        kind = next((name for name in volume if name in DESCRIBED), None)
        if kind is not None:
            for title, value in DESCRIBED[kind](volume[kind] or {}):
                writer.line(title, value, 2)
        elif "projected" in volume:
            _projected(writer, volume["projected"])
        elif "downwardAPI" in volume:
            _downward(writer, volume["downwardAPI"])
        else:
            writer.put("<unknown>\n", 1)


def _host_path(source: Obj) -> Lines:
    kind = source.get("type")
    return [
        ("Type", "HostPath (bare host directory volume)"),
        ("Path", source.get("path", "")),
        ("HostPathType", NONE if kind is None else kind),
    ]


def _empty_dir(source: Obj) -> Lines:
    return [
        ("Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"),
        ("Medium", source.get("medium", "")),
        ("SizeLimit", source.get("sizeLimit") or "<unset>"),
    ]


def _secret(source: Obj) -> Lines:
    return [
        ("Type", "Secret (a volume populated by a Secret)"),
        ("SecretName", source.get("secretName", "")),
        ("Optional", yes(source.get("optional"))),
    ]


def _config_map(source: Obj) -> Lines:
    return [
        ("Type", "ConfigMap (a volume populated by a ConfigMap)"),
        ("Name", source.get("name", "")),
        ("Optional", yes(source.get("optional"))),
    ]


def _claim(source: Obj) -> Lines:
    return [
        ("Type", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"),
        ("ClaimName", source.get("claimName", "")),
        ("ReadOnly", yes(source.get("readOnly"))),
    ]


def _nfs(source: Obj) -> Lines:
    return [
        ("Type", "NFS (an NFS mount that lasts the lifetime of a pod)"),
        ("Server", source.get("server", "")),
        ("Path", source.get("path", "")),
        ("ReadOnly", yes(source.get("readOnly"))),
    ]


def _image(source: Obj) -> Lines:
    return [
        ("Type", "Image (a container image or OCI artifact)"),
        ("Reference", source.get("reference", "")),
        ("PullPolicy", source.get("pullPolicy", "")),
    ]


def _csi(source: Obj) -> Lines:
    return [
        ("Type", "CSI (a Container Storage Interface (CSI) volume source)"),
        ("Driver", source.get("driver", "")),
        ("FSType", source.get("fsType", "")),
        ("ReadOnly", yes(source.get("readOnly"))),
        ("VolumeAttributes", attributes(source)),
    ]


def attributes(source: Obj) -> str:
    """Models: printCSIPersistentVolumeAttributesMultiline"""
    pairs = sorted((source.get("volumeAttributes") or {}).items())
    return "\n    \t".join(f"    {key}={value}" for key, value in pairs) or NONE


DESCRIBED: dict[str, Callable[[Obj], Lines]] = {
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "secret": _secret,
    "configMap": _config_map,
    "persistentVolumeClaim": _claim,
    "nfs": _nfs,
    "csi": _csi,
    "image": _image,
}


def _projected(writer: Writer, source: Obj) -> None:
    writer.line("Type", "Projected (a volume that contains injected data from multiple sources)", 2)
    for each in source.get("sources") or ():
        if secret := each.get("secret"):
            writer.line("SecretName", secret.get("name", ""), 2)
            writer.line("Optional", yes(secret.get("optional")), 2)
        elif "downwardAPI" in each:
            writer.line("DownwardAPI", "true", 2)
        elif config_map := each.get("configMap"):
            writer.line("ConfigMapName", config_map.get("name", ""), 2)
            writer.line("Optional", yes(config_map.get("optional")), 2)
        elif token := each.get("serviceAccountToken"):
            writer.line("TokenExpirationSeconds", token.get("expirationSeconds", 0), 2)


def _downward(writer: Writer, source: Obj) -> None:
    writer.line("Type", "DownwardAPI (a volume populated by information about the pod)\n    Items:", 2)
    for item in source.get("items") or ():
        found = (item.get("fieldRef") or {}).get("fieldPath") or (item.get("resourceFieldRef") or {}).get("resource")
        writer.put(f"{found} -> {item.get('path', '')}\n", 3)
