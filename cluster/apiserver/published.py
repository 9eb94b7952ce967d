"""How the schemas of custom kinds are published, among the definitions of Kubernetes' own kinds.

Models: k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder/builder.go v1.37
Simplified: in v2 what v3 alone can say is left out by name only (no folding of nullable fields).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import schema
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.structural.types import OBJECT_META
from cluster.apis.registry import Kind

OF_A_LIST = "io.k8s.api.core.v1.ConfigMap"


def definitions(kinds: Sequence[Kind]) -> Obj:
    """name → definition of the custom ones among the kinds."""
    return {kind.schema: _definition(kind) for kind in kinds if kind.structural is not None}


def _definition(kind: Kind) -> Obj:
    assert kind.structural is not None
    own = kind.structural.definition
    described = {**(own.get("properties") or {}), **_of_every_kind()}
    return {**own, "properties": dict(sorted(described.items()))}


def _of_every_kind() -> Obj:
    properties = schema.definitions()[OF_A_LIST]["properties"]
    meta = {"$ref": schema.PREFIX + OBJECT_META, "description": properties["metadata"].get("description", "")}
    return {"apiVersion": _plain(properties["apiVersion"]), "kind": _plain(properties["kind"]), "metadata": meta}


def _plain(property: Obj) -> Obj:
    return {"type": "string", "description": property["description"]}
