"""APIService: who serves a version of a group: this server itself, or another one behind it.

Models: k8s.io/kube-aggregator/pkg/registry/apiservice/{strategy.go,etcd/etcd.go}, pkg/apis/apiregistration/validation v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

MOST_GROUP_PRIORITY, MOST_VERSION_PRIORITY = 20_000, 1_000


def default(obj: Obj) -> None:
    if (service := obj.setdefault("spec", {}).get("service")) is not None and service.get("port") is None:
        service["port"] = 443


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    group, version, service = spec.get("group") or "", spec.get("version") or "", spec.get("service")
    faults, wanted = metadata.validate(new, old, names.path_segment), f"{version}.{group}"
    if new["metadata"].get("name") != wanted:
        text = f'must be `spec.version+"."+spec.group`: {validation.shown(wanted)}'
        faults.append(validation.invalid("metadata.name", new["metadata"].get("name"), text))
    faults += validation.each("spec.version", version, names.dns1035_label(version))
    if group or spec.get("groupPriorityMinimum") is not None:
        faults += validation.in_range(
            "spec.groupPriorityMinimum", spec.get("groupPriorityMinimum") or 0, 1, MOST_GROUP_PRIORITY
        )
    faults += validation.in_range("spec.versionPriority", spec.get("versionPriority") or 0, 1, MOST_VERSION_PRIORITY)
    if service is None:
        if spec.get("caBundle"):
            faults.append(validation.invalid("spec.caBundle", "", "local APIServices may not have a caBundle"))
        if spec.get("insecureSkipTLSVerify"):
            text = "local APIServices may not have insecureSkipTLSVerify"
            faults.append(validation.invalid("spec.insecureSkipTLSVerify", True, text))
        return faults
    faults += [
        validation.required(f"spec.service.{field}") for field in ("namespace", "name") if not service.get(field)
    ]
    return faults + validation.port("spec.service.port", service["port"])


def _service(obj: Obj, now: float) -> str:
    found = obj["spec"].get("service")
    return f"{found.get('namespace', '')}/{found.get('name', '')}" if found else "Local"


def _available(obj: Obj, now: float) -> str:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    found = next((each for each in conditions if each.get("type") == "Available"), None)
    if found is None:
        return "Unknown"
    return "True" if found["status"] == "True" else f"{found['status']} ({found.get('reason', '')})"


KIND = Kind(
    group="apiregistration.k8s.io",
    version="v1",
    kind="APIService",
    plural="apiservices",
    schema="io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
    namespaced=False,
    categories=("api-extensions",),
    columns=(
        columns.NAME,
        Column("Service", _service, description="The reference to the service that hosts this API endpoint."),
        Column("Available", _available, description="Whether this service is available."),
        columns.AGE,
    ),
    default=default,
    prepare=strategy.keep_status,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
    storage_group="apiregistration.k8s.io/apiservices",
)
