"""CustomResourceDefinition: a kind that a client brings. What becomes of it: `custom_kind`, `apiserver.custom_resources`.

Models: k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go,
pkg/apis/apiextensions/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import columns, strategy
from cluster.apis.apiextensions import definition_rules
from cluster.apis.registry import Kind, Subresource

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
ESTABLISHED, NAMES_ACCEPTED, TERMINATING = "Established", "NamesAccepted", "Terminating"


def default(obj: Obj) -> None:
    names = obj.setdefault("spec", {}).setdefault("names", {})
    if kind := names.get("kind"):
        names.setdefault("singular", kind.lower())
        names.setdefault("listKind", f"{kind}List")
    conversion = obj["spec"].setdefault("conversion", {"strategy": "None"})
    service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = 443


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    stored = [each.get("name") or "" for each in new["spec"].get("versions") or () if each.get("storage")]
    if old is None:
        accepted = {"plural": "", "kind": ""}
        new["status"] = {"conditions": [], "acceptedNames": accepted, "storedVersions": stored[:1]}
    elif missing := [name for name in stored if name not in new["status"].get("storedVersions", ())]:
        new["status"] = {**new["status"], "storedVersions": [*new["status"]["storedVersions"], *missing]}


def condition(obj: Obj, type: str) -> Obj | None:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == type), None)


def is_true(obj: Obj, type: str) -> bool:
    found = condition(obj, type)
    return found is not None and found.get("status") == "True"


KIND = Kind(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    schema="io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
    namespaced=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    columns=(columns.NAME, columns.CREATED_AT),
    default=default,
    prepare=prepare,
    validate=definition_rules.validate,
    subresources=(Subresource("status", prepare=strategy.status_door(), validate=definition_rules.validate_status),),
    storage_group="apiextensions.k8s.io/customresourcedefinitions",
    finalizers_on_delete=(CLEANUP,),
)
