"""The restricted standard: hardened pods only. Models: pod-security-admission/policy/check_*.go of level restricted v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.pod_security import baseline
from cluster.apiserver.admission.pod_security.containers import Check, Fault, all_of, named, quoted, security

VOLUMES = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret")
PROFILES = ("RuntimeDefault", "Localhost")
MAY_ADD = {"NET_BIND_SERVICE"}


def allow_privilege_escalation(metadata: Obj, spec: Obj) -> Fault | None:
    if _on_windows(spec):
        return None
    bad = [each["name"] for each in all_of(spec) if security(each).get("allowPrivilegeEscalation") is not False]
    if not bad:
        return None
    why = f"{named(bad)} must set securityContext.allowPrivilegeEscalation=false"
    return Fault("allowPrivilegeEscalation != false", why)


def capabilities(metadata: Obj, spec: Obj) -> Fault | None:
    if _on_windows(spec):
        return None
    keeping, adding = [], {}
    for each in all_of(spec):
        found = security(each).get("capabilities") or {}
        if "ALL" not in (found.get("drop") or ()):
            keeping.append(each["name"])
        if more := set(found.get("add") or ()) - MAY_ADD:
            adding[each["name"]] = more
    details = [f'{named(keeping)} must set securityContext.capabilities.drop=["ALL"]'] if keeping else []
    if adding:
        listed = quoted(sorted(set().union(*adding.values())))
        details.append(f"{named(adding)} must not include {listed} in securityContext.capabilities.add")
    return Fault("unrestricted capabilities", "; ".join(details)) if details else None


def volumes(metadata: Obj, spec: Obj) -> Fault | None:
    bad = {}
    for volume in spec.get("volumes") or ():
        kinds = [name for name in volume if name != "name"]
        if not any(kind in VOLUMES for kind in kinds):
            bad[volume["name"]] = kinds[0] if kinds else "unknown"
    if not bad:
        return None
    types = sorted(set(bad.values()))
    many, uses = ("volumes", "use") if len(bad) > 1 else ("volume", "uses")
    types_text = f"restricted volume type{'s' if len(types) > 1 else ''} {quoted(types)}"
    return Fault("restricted volume types", f"{many} {quoted(bad)} {uses} {types_text}")


def run_as_non_root(metadata: Obj, spec: Obj) -> Fault | None:
    of_pod = security(spec).get("runAsNonRoot")
    refusing = [each["name"] for each in all_of(spec) if security(each).get("runAsNonRoot") is False]
    silent = [each["name"] for each in all_of(spec) if security(each).get("runAsNonRoot") is None]
    details = ["pod must not set securityContext.runAsNonRoot=false"] if of_pod is False else []
    if refusing:
        details.append(f"{named(refusing)} must not set securityContext.runAsNonRoot=false")
    if not details and silent and not of_pod:
        details.append(f"{named(silent, 'pod or ')} must set securityContext.runAsNonRoot=true")
    return Fault("runAsNonRoot != true", " and ".join(details)) if details else None


def run_as_user(metadata: Obj, spec: Obj) -> Fault | None:
    details = ["pod must not set runAsUser=0"] if security(spec).get("runAsUser") == 0 else []
    bad = [each["name"] for each in all_of(spec) if security(each).get("runAsUser") == 0]
    if bad:
        details.append(f"{named(bad)} must not set runAsUser=0")
    return Fault("runAsUser=0", " and ".join(details)) if details else None


def seccomp_profile(metadata: Obj, spec: Obj) -> Fault | None:
    if _on_windows(spec):
        return None
    of_pod = (security(spec).get("seccompProfile") or {}).get("type")
    bad: dict[str, str] = {}
    silent = []
    for each in all_of(spec):
        kind = (security(each).get("seccompProfile") or {}).get("type")
        if kind is None:
            silent.append(each["name"])
        elif kind not in PROFILES:
            bad[each["name"]] = kind
    details = []
    if of_pod is not None and of_pod not in PROFILES:
        details.append(f'pod must not set securityContext.seccompProfile.type to "{of_pod}"')
    if bad:
        kinds = quoted(sorted(set(bad.values())))
        details.append(f"{named(bad)} must not set securityContext.seccompProfile.type to {kinds}")
    if not details and silent and of_pod is None:
        wanted = 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        details.append(f"{named(silent, 'pod or ')} must set {wanted}")
    return Fault("seccompProfile", "; ".join(details)) if details else None


def _on_windows(spec: Obj) -> bool:
    return bool((spec.get("os") or {}).get("name") == "windows")


CHECKS: tuple[Check, ...] = (
    *(check for check in baseline.CHECKS if check not in baseline.OVERRIDDEN),
    allow_privilege_escalation,
    capabilities,
    volumes,
    run_as_non_root,
    run_as_user,
    seccomp_profile,
)
