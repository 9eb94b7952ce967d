"""DefaultTolerationSeconds: five minutes on a node that fails.

Models: plugin/pkg/admission/defaulttolerationseconds/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

SECONDS = 300
KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.kind != "Pod" or request.subresource or request.operation != CREATE:
        return
    tolerations = request.obj["spec"].setdefault("tolerations", [])
    for key in KEYS:
        covered = any(
            each.get("key") in (key, None, "") and each.get("effect") in ("NoExecute", None, "") for each in tolerations
        )
        if not covered:
            tolerations.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS})
