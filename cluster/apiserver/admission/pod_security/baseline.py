"""The baseline standard: no known privilege escalation.

Models: pod-security-admission/policy/check_*.go of level baseline v1.37
Simplified: hosts in probes and lifecycle handlers are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.pod_security.containers import Check, Fault, all_of, named, quoted, security

DEFAULT_CAPABILITIES = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
     "SETPCAP", "SETUID", "SYS_CHROOT"}
)  # fmt: skip
SYSCTLS = frozenset(
    {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
     "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
     "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
     "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem"}
)  # fmt: skip
SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")


def apparmor_profile(metadata: Obj, spec: Obj) -> Fault | None:
    bad = []
    for name, holder in (("pod", spec), *((named([each["name"]]), each) for each in all_of(spec))):
        kind = (security(holder).get("appArmorProfile") or {}).get("type")
        if kind not in (None, "RuntimeDefault", "Localhost"):
            bad.append(f'{name} must not set AppArmor profile type to "{kind}"')
    for key, value in sorted((metadata.get("annotations") or {}).items()):
        if key.startswith(APPARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/"):
            bad.append(f'annotation {key}="{value}"')
    return Fault(f"forbidden AppArmor profile{'s' if len(bad) > 1 else ''}", ", ".join(bad)) if bad else None


def capabilities(metadata: Obj, spec: Obj) -> Fault | None:
    bad = {each["name"]: found for each in all_of(spec) if (found := _added(each) - DEFAULT_CAPABILITIES)}
    if not bad:
        return None
    listed = quoted(sorted(set().union(*bad.values())))
    return Fault(
        "non-default capabilities", f"{named(bad)} must not include {listed} in securityContext.capabilities.add"
    )


def host_namespaces(metadata: Obj, spec: Obj) -> Fault | None:
    bad = [f"{name}=true" for name in NAMESPACES if spec.get(name)]
    return Fault("host namespaces", ", ".join(bad)) if bad else None


def host_path_volumes(metadata: Obj, spec: Obj) -> Fault | None:
    bad = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath") is not None]
    return Fault("hostPath volumes", f"volume{'s' if len(bad) > 1 else ''} {quoted(bad)}") if bad else None


def host_ports(metadata: Obj, spec: Obj) -> Fault | None:
    bad = {
        each["name"]: found
        for each in all_of(spec)
        if (found := {str(port["hostPort"]) for port in each.get("ports") or () if port.get("hostPort")})
    }
    if not bad:
        return None
    ports = sorted(set().union(*bad.values()))
    uses, many = "use" if len(bad) > 1 else "uses", "s" if len(ports) > 1 else ""
    return Fault("hostPort", f"{named(bad)} {uses} hostPort{many} {', '.join(ports)}")


def privileged(metadata: Obj, spec: Obj) -> Fault | None:
    bad = [each["name"] for each in all_of(spec) if security(each).get("privileged")]
    return Fault("privileged", f"{named(bad)} must not set securityContext.privileged=true") if bad else None


def proc_mount(metadata: Obj, spec: Obj) -> Fault | None:
    bad = {
        each["name"]: str(security(each)["procMount"])
        for each in all_of(spec)
        if security(each).get("procMount") not in (None, "", "Default")
    }
    if not bad:
        return None
    return Fault(
        "procMount", f"{named(bad)} must not set securityContext.procMount to {quoted(sorted({*bad.values()}))}"
    )


def selinux_options(metadata: Obj, spec: Obj) -> Fault | None:
    bad, values = [], set()
    for name, holder in (("", spec), *((each["name"], each) for each in all_of(spec))):
        options = security(holder).get("seLinuxOptions") or {}
        found = {f'type "{options["type"]}"'} if (options.get("type") or "") not in SELINUX_TYPES else set()
        found |= {f"{field} may not be set" for field in ("user", "role") if options.get(field)}
        if found:
            bad.append(name)
            values |= found
    if not bad:
        return None
    return Fault(
        "seLinuxOptions", f"{_setters(bad)} set forbidden securityContext.seLinuxOptions: {'; '.join(sorted(values))}"
    )


def seccomp_profile(metadata: Obj, spec: Obj) -> Fault | None:
    bad = [
        name
        for name, holder in (("", spec), *((each["name"], each) for each in all_of(spec)))
        if (security(holder).get("seccompProfile") or {}).get("type") == "Unconfined"
    ]
    if not bad:
        return None
    return Fault("seccompProfile", f'{_setters(bad)} must not set securityContext.seccompProfile.type to "Unconfined"')


def sysctls(metadata: Obj, spec: Obj) -> Fault | None:
    bad = [each["name"] for each in security(spec).get("sysctls") or () if each["name"] not in SYSCTLS]
    return Fault("forbidden sysctls", ", ".join(bad)) if bad else None


def windows_host_process(metadata: Obj, spec: Obj) -> Fault | None:
    bad = [
        name
        for name, holder in (("", spec), *((each["name"], each) for each in all_of(spec)))
        if (security(holder).get("windowsOptions") or {}).get("hostProcess")
    ]
    if not bad:
        return None
    return Fault("hostProcess", f"{_setters(bad)} must not set securityContext.windowsOptions.hostProcess=true")


def _added(container: Obj) -> set[str]:
    return set((security(container).get("capabilities") or {}).get("add") or ())


def _setters(names: Iterable[str]) -> str:
    """`pod`, `container "a"`, or both; "" stands for the pod."""
    found = list(names)
    inside = [name for name in found if name]
    parts = ["pod"] if "" in found else []
    return " and ".join([*parts, *([named(inside)] if inside else [])])


CHECKS: tuple[Check, ...] = (
    apparmor_profile, capabilities, host_namespaces, host_path_volumes, host_ports, privileged, proc_mount,
    selinux_options, seccomp_profile, sysctls, windows_host_process,
)  # fmt: skip
OVERRIDDEN = (capabilities, host_path_volumes, seccomp_profile)
"""What the restricted standard checks more strictly itself."""
