"""Ingress: which host and path leads to which Service.

Models: pkg/registry/networking/ingress/strategy.go, pkg/apis/networking/validation/validation.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.networking import load_balancer
from cluster.apis.registry import Column, Kind, Subresource

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
WITHIN, AT_THE_END = ("//", "/./", "/../", "%2f", "%2F"), ("/..", "/.")
WILDCARD_MESSAGE = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower "
    "case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used "
    r"for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    if old is None:
        new["status"] = {"loadBalancer": {}}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new.get("spec") or {}
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    rules, backend, chosen = spec.get("rules") or (), spec.get("defaultBackend"), spec.get("ingressClassName")
    named = (new["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    if old is None and named and chosen is not None:
        at = f"metadata.annotations[{CLASS_ANNOTATION}]"
        faults.append(validation.invalid(at, named, "can not be set when the class field is also set"))
    if not rules and backend is None:
        text = "either `defaultBackend` or `rules` must be specified"
        faults.append(validation.invalid("spec", spec.get("rules"), text))
    if backend is not None:
        faults += _backend(backend, "spec.defaultBackend")
    for index, rule in enumerate(rules):
        faults += _rule(rule, f"spec.rules[{index}]")
    for index, secured in enumerate(spec.get("tls") or ()):
        for position, host in enumerate(secured.get("hosts") or ()):
            faults += _host(host, f"spec.tls[{index}].hosts[{position}]")
    if chosen is not None:
        faults += validation.each("spec.ingressClassName", chosen, names.dns1123_subdomain(chosen))
    return faults


def _host(host: str, at: str) -> list[FieldError]:
    if host.startswith("*."):
        good = len(host) > 2 and not names.dns1123_subdomain(host[2:])
        return [] if good else [validation.invalid(at, host, WILDCARD_MESSAGE)]
    return validation.each(at, host, [WILDCARD_MESSAGE] if "*" in host else names.dns1123_subdomain(host))


def _rule(rule: Obj, at: str) -> list[FieldError]:
    host, http = rule.get("host") or "", rule.get("http")
    faults: list[FieldError] = []
    if host and not validation.ip(at, host):
        faults.append(validation.invalid(f"{at}.host", host, "must be a DNS name, not an IP address"))
    elif host:
        faults += _host(host, f"{at}.host")
    if http is None:
        return faults
    if not http.get("paths"):
        faults.append(validation.required(f"{at}.http.paths"))
    for index, path in enumerate(http.get("paths") or ()):
        faults += _path(path, f"{at}.http.paths[{index}]")
    return faults


def _path(found: Obj, at: str) -> list[FieldError]:
    kind, path = found.get("pathType"), found.get("path") or ""
    faults: list[FieldError] = []
    if kind is None:
        faults.append(validation.required(f"{at}.pathType", "pathType must be specified"))
    elif kind not in PATH_TYPES:
        faults.append(validation.not_supported(f"{at}.pathType", kind, PATH_TYPES))
    elif not path.startswith("/") and (path or kind != "ImplementationSpecific"):
        faults.append(validation.invalid(f"{at}.path", path, "must be an absolute path"))
    elif kind != "ImplementationSpecific":
        faults += [
            validation.invalid(f"{at}.path", path, f"must not contain '{part}'") for part in WITHIN if part in path
        ]
        faults += [
            validation.invalid(f"{at}.path", path, f"cannot end with '{part}'")
            for part in AT_THE_END
            if path.endswith(part)
        ]
    return faults + _backend(found.get("backend") or {}, f"{at}.backend")


def _backend(backend: Obj, at: str) -> list[FieldError]:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        return [validation.invalid(at, "", "cannot set both resource and service backends")]
    if resource is not None:
        return [validation.required(f"{at}.resource.{field}") for field in ("kind", "name") if not resource.get(field)]
    if service is None:
        return [validation.invalid(at, "", "resource or service backend is required")]
    name, port = service.get("name") or "", service.get("port") or {}
    faults = validation.each(f"{at}.service.name", name, names.dns1035_label(name)) if name else []
    if not name:
        faults.append(validation.required(f"{at}.service.name"))
    if port.get("name") and port.get("number"):
        faults.append(validation.invalid(at, "", "cannot set both port name & port number"))
    elif port.get("name"):
        faults += validation.each(f"{at}.service.port.name", port["name"], validation.port_name(port["name"]))
    elif port.get("number"):
        faults += validation.port(f"{at}.service.port.number", port["number"])
    else:
        faults.append(validation.required(at, "port name or number is required"))
    return faults


def hosts(rules: Sequence[Obj]) -> str:
    """The first three hosts; upstream counts the rest by rules."""
    found = [rule["host"] for rule in rules[: columns.MOST_LISTED] if rule.get("host")]
    more = len(rules) - columns.MOST_LISTED
    return (",".join(found) or "*") + (f" + {more} more..." if found and more > 0 else "")


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="Ingress",
    plural="ingresses",
    schema="io.k8s.api.networking.v1.Ingress",
    short_names=("ing",),
    columns=(
        columns.NAME,
        Column(
            "Class",
            columns.field("spec", "ingressClassName", columns.NONE),
            description="The name of the IngressClass resource that should be used for additional configuration",
        ),
        Column(
            "Hosts",
            lambda obj, now: hosts((obj.get("spec") or {}).get("rules") or ()),
            description="Hosts that incoming requests are matched against before the ingress rule",
        ),
        Column(
            "Address",
            lambda obj, now: load_balancer.addresses(obj),
            description="Address is a list containing ingress points for the load-balancer",
        ),
        Column(
            "Ports",
            lambda obj, now: "80, 443" if (obj.get("spec") or {}).get("tls") else "80",
            description="Ports of TLS configurations that open",
        ),
        columns.AGE,
    ),
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
    storage_group="ingress",
)
