"""Metadata that every kind has: checked the same way for all.

Models: apimachinery/pkg/api/validation/objectmeta.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

ANNOTATIONS_LIMIT_BYTES = 256 * 1024

NameRule = Callable[[str], list[str]]


def validate(obj: Obj, old: Obj | None, rule: NameRule) -> list[FieldError]:
    """The faults of an object's metadata; a clean plain one costs a microsecond or two."""
    metadata = obj["metadata"]
    faults = _name(metadata, rule) if old is None else _unchanged(metadata, old["metadata"])
    if (found := metadata.get("labels")) and (old is None or found != old["metadata"].get("labels")):
        faults += validation.label_map("metadata.labels", found)
    if (found := metadata.get("annotations")) and (old is None or found != old["metadata"].get("annotations")):
        faults += _annotations(found)
    for index, reference in enumerate(metadata.get("ownerReferences") or ()):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not reference.get(field):
                message = "version must not be empty" if field == "apiVersion" else "must not be empty"
                faults.append(
                    validation.invalid(f"metadata.ownerReferences[{index}].{field}", reference.get(field, ""), message)
                )
    for finalizer in metadata.get("finalizers") or ():
        faults += validation.each("metadata.finalizers", finalizer, names.qualified_name(finalizer))
    return faults


def _name(metadata: Obj, rule: NameRule) -> list[FieldError]:
    name = metadata.get("name")
    if not name:
        if metadata.get("generateName"):
            return validation.each(
                "metadata.generateName", metadata["generateName"], rule(metadata["generateName"].rstrip("-"))
            )
        return [validation.required("metadata.name", "name or generateName is required")]
    return validation.each("metadata.name", name, rule(name))


def _unchanged(metadata: Obj, old: Obj) -> list[FieldError]:
    faults = []
    for field in ("name", "namespace", "uid", "creationTimestamp"):
        if metadata.get(field) != old.get(field):
            faults.append(validation.invalid(f"metadata.{field}", metadata.get(field, ""), validation.IMMUTABLE))
    if old.get("deletionTimestamp"):
        added = set(metadata.get("finalizers") or ()) - set(old.get("finalizers") or ())
        if added:
            text = f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{', '.join(validation.shown(each) for each in sorted(added))}}}"
            faults.append(validation.forbidden("metadata.finalizers", text))
    return faults


def _annotations(found: Obj) -> list[FieldError]:
    faults = []
    for key in found:
        faults += validation.each("metadata.annotations", key, names.qualified_name(key.lower()))
    if sum(len(key) + len(value) for key, value in found.items()) > ANNOTATIONS_LIMIT_BYTES:
        faults.append(validation.too_long("metadata.annotations", ANNOTATIONS_LIMIT_BYTES))
    return faults
