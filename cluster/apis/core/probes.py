"""Probes and lifecycle hooks: each has one handler.

Models: pkg/apis/core/validation/validation.go validateProbe, validateHandler v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
SCHEMES = ("HTTP", "HTTPS")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
FOR_SIDECARS = "may not be set for init containers without restartPolicy=Always"


def validate(container: Obj, at: str, grace: int | None) -> list[FieldError]:
    """The probes and hooks of a container that lives as long as its pod; `grace` is the pod's grace period."""
    faults: list[FieldError] = []
    for hook in ("postStart", "preStop") if container.get("lifecycle") else ():
        if (handler := container["lifecycle"].get(hook)) is not None:
            faults += _handler(handler, f"{at}.lifecycle.{hook}", grace)
    for name in PROBES:
        if (probe := container.get(name)) is not None:
            faults += _probe(probe, f"{at}.{name}", name == "readinessProbe")
    return faults


def forbidden(container: Obj, at: str) -> list[FieldError]:
    """An init container that ends has none of them."""
    fields = [name for name in ("lifecycle", *PROBES) if container.get(name) is not None]
    return [validation.forbidden(f"{at}.{name}", FOR_SIDECARS) for name in fields]


def _probe(probe: Obj, at: str, readiness: bool) -> list[FieldError]:
    faults = _handler(probe, at, None)
    for name in NUMBERS:
        faults += validation.not_negative(f"{at}.{name}", probe.get(name))
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        faults.append(validation.invalid(f"{at}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    if readiness and grace is not None:
        text = "must not be set for readinessProbes"
        faults.append(validation.invalid(f"{at}.terminationGracePeriodSeconds", grace, text))
    if not readiness and probe.get("successThreshold", 1) != 1:
        faults.append(validation.invalid(f"{at}.successThreshold", probe["successThreshold"], "must be 1"))
    return faults


def _handler(handler: Obj, at: str, grace: int | None) -> list[FieldError]:
    found = [name for name in HANDLERS if handler.get(name) is not None]
    if not found:
        return [validation.required(at, "must specify a handler type")]
    faults = _action(found[0], handler[found[0]], f"{at}.{found[0]}", grace)
    return faults + [
        validation.forbidden(f"{at}.{name}", "may not specify more than 1 handler type") for name in found[1:]
    ]


def _action(name: str, action: Obj, at: str, grace: int | None) -> list[FieldError]:
    if name == "exec":
        return [] if action.get("command") else [validation.required(f"{at}.command")]
    if name == "sleep":
        seconds = action.get("seconds") or 0
        text = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        return [validation.invalid(at, seconds, text)] if grace is not None and not 0 <= seconds <= grace else []
    faults = validation.port_or_name(f"{at}.port", action.get("port"))
    if name == "httpGet":
        if not action.get("path"):
            faults.insert(0, validation.required(f"{at}.path"))
        if action.get("scheme") not in SCHEMES:
            faults.append(validation.not_supported(f"{at}.scheme", action.get("scheme", ""), SCHEMES))
    return faults
