"""IngressClass: which controller serves an Ingress.

Models: pkg/registry/networking/ingressclass/strategy.go, pkg/apis/networking/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind

IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
MOST_OF_A_CONTROLLER = 250
SCOPES = ("Cluster", "Namespace")
DOMAIN_PREFIXED = 'must be a domain-prefixed path (such as "acme.io/foo")'


def is_default(obj: Obj) -> bool:
    """Is it the class of Ingresses that name none?"""
    return (obj["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true"


def default(obj: Obj) -> None:
    parameters = obj.setdefault("spec", {}).get("parameters")
    if parameters is not None and parameters.get("scope") is None:
        parameters["scope"] = "Cluster"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new.get("spec") != old.get("spec"):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    controller = new["spec"].get("controller") or ""
    if old is not None:
        faults += validation.immutable("spec.controller", controller, old["spec"].get("controller") or "")
    else:
        faults += _controller(controller, "spec.controller")
    if (parameters := new["spec"].get("parameters")) is not None:
        faults += _parameters(parameters, "spec.parameters")
    return faults


def _controller(controller: str, at: str) -> list[FieldError]:
    if len(controller) > MOST_OF_A_CONTROLLER:
        return [validation.too_long(at, MOST_OF_A_CONTROLLER)]
    if not controller:
        return [validation.required(at)]
    domain, _, path = controller.partition("/")
    if not path or not domain:
        return [validation.invalid(at, controller, DOMAIN_PREFIXED)]
    return validation.each(at, domain, names.dns1123_subdomain(domain))


def _parameters(parameters: Obj, at: str) -> list[FieldError]:
    faults = [validation.required(f"{at}.{field}") for field in ("kind", "name") if not parameters.get(field)]
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope not in SCOPES:
        return [*faults, validation.not_supported(f"{at}.scope", scope, SCOPES)]
    if scope == "Namespace" and not namespace:
        text = "`parameters.scope` is set to 'Namespace'"
        faults.append(validation.required(f"{at}.namespace", text))
    if scope == "Cluster" and namespace:
        text = "`parameters.scope` is set to 'Cluster'"
        faults.append(validation.forbidden(f"{at}.namespace", text))
    return faults


def _parameters_cell(obj: Obj, now: float) -> str:
    found = obj["spec"].get("parameters")
    if not found:
        return columns.NONE
    group = f".{found['apiGroup']}" if found.get("apiGroup") else ""
    return f"{found.get('kind', '')}{group}/{found.get('name', '')}"


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IngressClass",
    plural="ingressclasses",
    schema="io.k8s.api.networking.v1.IngressClass",
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "Controller",
            columns.field("spec", "controller"),
            description="Controller that is responsible for handling this class",
        ),
        Column("Parameters", _parameters_cell, description="A reference to a resource with additional parameters"),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
