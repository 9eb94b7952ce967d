"""PersistentVolumeClaimResize: a claim grows only where its class lets it.

Models: plugin/pkg/admission/storage/persistentvolume/resize/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import quantity, status
from cluster.apimachinery.meta import Obj
from cluster.apis.core import volume_words
from cluster.apiserver.admission.request import UPDATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

WHY = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    """ApiError 403."""
    if request.operation != UPDATE or request.subresource or request.old_obj is None:
        return
    new, old = _asked(request.obj), _asked(request.old_obj)
    if new is None or old is None or quantity.parse(new) <= quantity.parse(old):
        return
    found = server.reader.get("StorageClass", volume_words.storage_class(request.old_obj))
    if found is None or not found.get("allowVolumeExpansion"):
        raise status.forbidden(request.kind.plural, request.name, WHY)


def _asked(claim: Obj) -> str | None:
    found: str | None = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage")
    return found
