"""Metadata that every kind has: checked the same way for all; the kinds differ in what a name may be.

Simplified: the namespace is taken from the path by the API server and checked there; managedFields are its own.
Models: apimachinery/pkg/api/validation/{objectmeta,generic}.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

ANNOTATIONS_LIMIT_BYTES = 256 * 1024
ONE_CONTROLLER = "Only one reference can have Controller set to true."
ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
UNCHANGING = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")

NameRule = Callable[[str], list[str]]


def validate(obj: Obj, old: Obj | None, rule: NameRule) -> list[FieldError]:
    """The faults of an object's metadata; a clean plain one costs a few microseconds."""
    metadata = obj["metadata"]
    if old is None:
        faults, was = _name(metadata, rule), {}
    else:
        was = old["metadata"]
        faults = _unchanged(metadata, was)
    if (found := metadata.get("labels")) and found != was.get("labels"):
        faults += validation.label_map("metadata.labels", found)
    if (found := metadata.get("annotations")) and found != was.get("annotations"):
        faults += annotation_faults(found, "metadata.annotations")
    if references := metadata.get("ownerReferences"):
        faults += _owners(references, "metadata.ownerReferences")
    if finalizers := metadata.get("finalizers"):
        faults += _finalizers(finalizers, "metadata.finalizers")
    return faults


def prefix_rule(rule: NameRule) -> NameRule:
    """The rule for a name that something will be appended to: a dash may end it."""
    return lambda prefix: rule(prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix)


def _name(metadata: Obj, rule: NameRule) -> list[FieldError]:
    name, prefix = metadata.get("name"), metadata.get("generateName")
    faults: list[FieldError] = []
    if prefix and (messages := prefix_rule(rule)(prefix)):
        faults += validation.each("metadata.generateName", prefix, messages)
    if not name and not prefix:
        faults.append(validation.required("metadata.name", "name or generateName is required"))
    elif name and (messages := rule(name)):
        faults += validation.each("metadata.name", name, messages)
    return faults


def _unchanged(metadata: Obj, old: Obj) -> list[FieldError]:
    faults = []
    if old.get("deletionTimestamp"):
        added = set(metadata.get("finalizers") or ()) - set(old.get("finalizers") or ())
        if added:
            listed = ", ".join(validation.shown(each) for each in sorted(added))
            why = "no new finalizers can be added if the object is being deleted"
            text = f"{why}, found new finalizers []string{{{listed}}}"
            faults.append(validation.forbidden("metadata.finalizers", text))
    for field in UNCHANGING:
        if metadata.get(field) != old.get(field):
            faults.append(validation.invalid(f"metadata.{field}", metadata.get(field), validation.IMMUTABLE))
    return faults


def annotation_faults(found: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    size = 0
    for key, value in found.items():
        if messages := names.qualified_name(key.lower()):
            faults += validation.each(at, key, messages)
        size += len(key) + len(value)
    if size * 4 > ANNOTATIONS_LIMIT_BYTES:  # only now count bytes, not characters
        size = sum(len(key.encode()) + len(value.encode()) for key, value in found.items())
        if size > ANNOTATIONS_LIMIT_BYTES:
            faults.append(validation.too_long(at, ANNOTATIONS_LIMIT_BYTES))
    return faults


def _owners(references: list[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    controller = ""
    for reference in references:
        api_version, kind = reference.get("apiVersion") or "", reference.get("kind") or ""
        for field in ("apiVersion", "kind", "name", "uid"):
            if not reference.get(field):
                faults.append(validation.required(f"{at}.{field}", "must not be empty"))
        if api_version.count("/") > 1 or api_version.endswith("/"):
            faults.append(validation.invalid(f"{at}.apiVersion", api_version, "must be <group>/<version> or <version>"))
        if (api_version, kind) == ("v1", "Event"):
            faults.append(validation.invalid(at, reference, "/v1, Kind=Event is disallowed from being an owner"))
        if reference.get("controller"):
            name = f"{kind}/{reference.get('name', '')}"
            if controller:
                text = f'{ONE_CONTROLLER} Found "true" in references for {controller} and {name}'
                faults.append(validation.invalid(at, references, text))
            controller = controller or name
    return faults


def _finalizers(finalizers: list[str], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for finalizer in finalizers:
        faults += validation.each(at, finalizer, names.qualified_name(finalizer))
    if ORPHAN in finalizers and FOREGROUND in finalizers:
        text = f"finalizer {ORPHAN} and {FOREGROUND} cannot be both set"
        faults.append(validation.invalid(at, finalizers, text))
    return faults
