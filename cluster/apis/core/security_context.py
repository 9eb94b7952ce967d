"""Security contexts of pods and containers: as whom they run, and what they may.

Simplified: SELinux, AppArmor and Windows options are checked by their schema only.
Models: pkg/apis/core/validation/validation.go ValidateSecurityContext v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.core import pod_volumes

SECCOMP_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
PROC_MOUNTS = ("Default", "Unmasked")


def of_pod(context: Obj, spec: Obj, at: str) -> list[FieldError]:
    faults = _identities(context, ("fsGroup", "runAsUser", "runAsGroup"), at)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        faults += validation.in_range(f"{at}.supplementalGroups[{index}]", group, 0, validation.INT32_MAX)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        text = "ShareProcessNamespace and HostPID cannot both be enabled"
        faults.append(validation.invalid(f"{at}.shareProcessNamespace", True, text))
    if (policy := context.get("fsGroupChangePolicy")) is not None and policy not in ("Always", "OnRootMismatch"):
        faults.append(validation.not_supported(f"{at}.fsGroupChangePolicy", policy, ("Always", "OnRootMismatch")))
    return faults + _seccomp(context.get("seccompProfile"), f"{at}.seccompProfile")


def of_container(context: Obj, at: str, host_users: bool) -> list[FieldError]:
    faults = _identities(context, ("runAsUser", "runAsGroup"), at)
    if (mount := context.get("procMount")) is not None:
        if mount not in PROC_MOUNTS:
            faults.append(validation.not_supported(f"{at}.procMount", mount, PROC_MOUNTS))
        if host_users and mount == "Unmasked":
            faults.append(validation.invalid(f"{at}.procMount", mount, "`hostUsers` must be false to use `Unmasked`"))
    faults += _seccomp(context.get("seccompProfile"), f"{at}.seccompProfile")
    if context.get("allowPrivilegeEscalation") is False:
        why = "cannot set `allowPrivilegeEscalation` to false and "
        if context.get("privileged"):
            faults.append(validation.invalid(at, context, why + "`privileged` to true"))
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            faults.append(validation.invalid(at, context, why + "`capabilities.Add` CAP_SYS_ADMIN"))
    return faults


def _identities(context: Obj, fields: tuple[str, ...], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in fields:
        if (number := context.get(field)) is not None:
            faults += validation.in_range(f"{at}.{field}", number, 0, validation.INT32_MAX)
    return faults


def _seccomp(profile: Obj | None, at: str) -> list[FieldError]:
    if profile is None:
        return []
    kind, local = profile.get("type") or "", profile.get("localhostProfile")
    faults: list[FieldError] = []
    if not kind:
        faults.append(validation.required(f"{at}.type", "type is required when seccompProfile is set"))
    elif kind not in SECCOMP_TYPES:
        faults.append(validation.not_supported(f"{at}.type", kind, SECCOMP_TYPES))
    if kind == "Localhost":
        if local is None:
            faults.append(validation.required(f"{at}.localhostProfile", "must be set when seccomp type is Localhost"))
        else:
            faults += pod_volumes.local_path(local, f"{at}.localhostProfile")
    elif local is not None:
        text = "can only be set when seccomp type is Localhost"
        faults.append(validation.invalid(f"{at}.localhostProfile", profile, text))
    return faults
