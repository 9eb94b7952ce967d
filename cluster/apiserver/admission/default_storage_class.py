"""DefaultStorageClass: a claim that names no class gets the default one, the newest of several.

Models: plugin/pkg/admission/storage/storageclass/setdefault/admission.go, pkg/volume/util/storageclass.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apis.core.volume_words import CLASS_ANNOTATION
from cluster.apis.storage import storage_class
from cluster.apiserver.admission import default_class
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.operation != CREATE or request.subresource:
        return
    spec, annotations = request.obj["spec"], request.obj["metadata"].get("annotations") or {}
    if spec.get("storageClassName") is not None or CLASS_ANNOTATION in annotations:
        return
    name = default_class.newest(each for each in server.reader.list("StorageClass") if storage_class.is_default(each))
    if name is not None:
        spec["storageClassName"] = name
