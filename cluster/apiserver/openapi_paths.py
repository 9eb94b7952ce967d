"""The paths of an OpenAPI v3 document: for each kind its collection, its objects and their doors, with the verbs that are
offered and what may be asked.

Models: apiserver/pkg/endpoints/installer.go registerResourceHandlers v1.37
Simplified: a door's body is described where it is the object itself; answers are described by the kind alone.
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind

TEXT, NUMBER, SWITCH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
STRATEGIC = "application/strategic-merge-patch+json"
"""Not for custom kinds: kubectl chooses by what is listed."""
PATCHES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    STRATEGIC,
    "application/apply-patch+yaml",
    "application/apply-patch+cbor",
)
DELETING: dict[str, Obj] = {
    "dryRun": TEXT,
    "gracePeriodSeconds": NUMBER,
    "ignoreStoreReadErrorWithClusterBreakingPotential": SWITCH,
    "orphanDependents": SWITCH,
    "propagationPolicy": TEXT,
}
LISTING: dict[str, Obj] = {
    "allowWatchBookmarks": SWITCH,
    "continue": TEXT,
    "fieldSelector": TEXT,
    "labelSelector": TEXT,
    "limit": NUMBER,
    "resourceVersion": TEXT,
    "resourceVersionMatch": TEXT,
    "sendInitialEvents": SWITCH,
    "timeoutSeconds": NUMBER,
    "watch": SWITCH,
}
WRITING: dict[str, Obj] = {"dryRun": TEXT, "fieldManager": TEXT, "fieldValidation": TEXT}
ASKED: dict[str, dict[str, Obj]] = {
    "get": {},
    "list": LISTING,
    "post": WRITING,
    "put": WRITING,
    "patch": {**WRITING, "force": SWITCH},
    "delete": DELETING,
    "deletecollection": {**DELETING, **LISTING},
}
METHODS = {"deletecollection": "delete", "list": "get"}
OF_COLLECTION = {"list": "list", "create": "post", "deletecollection": "deletecollection"}
OF_OBJECT = {"get": "get", "update": "put", "patch": "patch", "delete": "delete"}
OF_DOOR = {**OF_OBJECT, "create": "post"}


def paths(kinds: list[Kind], reference: str) -> Obj:
    """path → its operations; `reference` is what a definition's name follows."""
    found: Obj = {}
    for kind in kinds:
        namespace = "{namespace}" if kind.namespaced else ""
        if kind.namespaced and "list" in kind.verbs:
            _add(found, kind, kind.path(), {"list": "list"}, ("list",), reference)
        _add(found, kind, kind.path(namespace), OF_COLLECTION, kind.verbs, reference)
        if {"get", "update", "patch", "delete"}.intersection(kind.verbs):
            _add(found, kind, kind.path(namespace, "{name}"), OF_OBJECT, kind.verbs, reference)
        for door in kind.subresources:
            _add(
                found,
                kind,
                kind.path(namespace, "{name}", door.name),
                OF_DOOR,
                door.verbs,
                "" if door.kind else reference,
            )
    return found


def _add(found: Obj, kind: Kind, path: str, actions: dict[str, str], verbs: tuple[str, ...], reference: str) -> None:
    """The operations of one path."""
    operations: Obj = {
        METHODS.get(action, action): _operation(kind, action, reference)
        for verb, action in actions.items()
        if verb in verbs
    }
    if operations:
        named = [name for name in ("name", "namespace") if f"{{{name}}}" in path]
        parts = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in named]
        found[path] = {**operations, "parameters": [*parts, {"name": "pretty", "in": "query", "schema": TEXT}]}


def _operation(kind: Kind, action: str, reference: str) -> Obj:
    gvk = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    described: Obj = {"schema": {"$ref": reference + kind.schema}} if reference and kind.schema else {}
    answered = {} if action in ("list", "deletecollection") else described
    operation: Obj = {
        "operationId": f"{action}{kind.kind}",
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": gvk,
        "parameters": [{"name": name, "in": "query", "schema": each} for name, each in ASKED[action].items()],
        "responses": {"200": {"description": "OK", "content": {"application/json": answered}}},
    }
    if action in ("post", "put"):
        operation["requestBody"] = {"content": {"*/*": described}, "required": True}
    elif action == "patch":
        patches = [each for each in PATCHES if kind.structural is None or each != STRATEGIC]
        content = {each: {"schema": {"type": "object"}} for each in patches}
        operation["requestBody"] = {"content": content, "required": True}
    return operation
