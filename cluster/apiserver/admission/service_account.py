"""ServiceAccount: a pod runs as an account that exists, and gets its token mounted.

Models: plugin/pkg/admission/serviceaccount/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import names, status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import CREATE, AdmissionRequest
from cluster.apiserver.config import COURSE

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

DEFAULT, MOUNT_PATH = "default", "/var/run/secrets/kubernetes.io/serviceaccount"


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.kind != "Pod" or request.subresource or request.operation != CREATE:
        return
    spec = request.obj["spec"]
    name = spec.get("serviceAccountName") or DEFAULT
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    account = server.reader.get("ServiceAccount", name, request.namespace)
    if account is None:
        if server.config.admission_mode == COURSE:
            return
        raise status.forbidden("pods", request.name, missing(request.namespace, name))
    if _wants_token(spec, account) and not _mounted(spec):
        _mount(spec, names.generate("kube-api-access-", server.clock.random))


def missing(namespace: str, name: str) -> str:
    return f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'


def _wants_token(spec: Obj, account: Obj) -> bool:
    if spec.get("automountServiceAccountToken") is not None:
        return bool(spec["automountServiceAccountToken"])
    return account.get("automountServiceAccountToken") is not False


def _mounted(spec: Obj) -> bool:
    return any((volume.get("name") or "").startswith("kube-api-access-") for volume in spec.get("volumes") or ())


def _mount(spec: Obj, volume_name: str) -> None:
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {
            "downwardAPI": {
                "items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]
            }
        },
    ]
    spec.setdefault("volumes", []).append({"name": volume_name, "projected": {"defaultMode": 420, "sources": sources}})
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        mounts = container.setdefault("volumeMounts", [])
        if not any(mount.get("mountPath") == MOUNT_PATH for mount in mounts):
            mounts.append({"mountPath": MOUNT_PATH, "name": volume_name, "readOnly": True})
