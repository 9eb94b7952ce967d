"""Whether a webhook or a policy is asked about a request: by rules, and by labels of the object and its namespace.

Models: apiserver/pkg/admission/plugin/{webhook/predicates,policy/matching} v1.37
Simplified: `matchPolicy: Equivalent` means any served version of the same resource.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

ANY = "*"
OWN_GROUP = "admissionregistration.k8s.io"
"""Nobody is asked about who is asked: else a bad rule could not be taken away."""


def matches(server: ApiServer, constraints: Obj, request: AdmissionRequest, *, rules: str = "resourceRules") -> bool:
    """Do the rules named hold, none that excludes, and both selectors?"""
    if request.kind.group == OWN_GROUP:
        return False
    equivalent = constraints.get("matchPolicy") != "Exact"
    if any(_holds(rule, request, equivalent) for rule in constraints.get("excludeResourceRules") or ()):
        return False
    if not any(_holds(rule, request, equivalent) for rule in constraints.get(rules) or ()):
        return False
    return _selects_object(constraints.get("objectSelector"), request) and _selects_namespace(
        server, constraints.get("namespaceSelector"), request
    )


def _holds(rule: Obj, request: AdmissionRequest, equivalent: bool) -> bool:
    kind = request.kind
    return (
        _in(rule.get("operations"), request.operation)
        and _in(rule.get("apiGroups"), kind.group)
        and (equivalent or _in(rule.get("apiVersions"), kind.version))
        and any(_is_resource(each, kind.plural, request.subresource) for each in rule.get("resources") or ())
        and _scope(rule.get("scope"), kind.namespaced)
        and (not rule.get("resourceNames") or request.name in rule["resourceNames"])
    )


def _in(choices: Sequence[str] | None, value: str) -> bool:
    return ANY in (choices or ()) or value in (choices or ())


def _is_resource(pattern: str, plural: str, subresource: str) -> bool:
    """ "pods", "pods/status", "pods/*", "*" (no subresources), "*/*"."""
    wanted, _, part = pattern.partition("/")
    return wanted in (ANY, plural) and part in ((ANY, subresource) if subresource else ("", ANY))


def _scope(scope: str | None, namespaced: bool) -> bool:
    return scope in (None, ANY) or (scope == "Namespaced") is namespaced


def _selects_object(selector: Obj | None, request: AdmissionRequest) -> bool:
    if not selector:
        return True
    chosen = labels.from_label_selector(selector)
    return any(chosen.matches(each["metadata"].get("labels") or {}) for each in (request.obj, request.old_obj) if each)


def _selects_namespace(server: ApiServer, selector: Obj | None, request: AdmissionRequest) -> bool:
    """A cluster's own objects have no namespace to be selected by; a Namespace is selected by its own labels."""
    if not selector:
        return True
    if request.kind.built_in == "Namespace":
        return _selects_object(selector, request)
    if not request.kind.namespaced:
        return True
    namespace = server.reader.get("Namespace", request.namespace) or {"metadata": {}}
    return labels.from_label_selector(selector).matches(namespace["metadata"].get("labels") or {})
