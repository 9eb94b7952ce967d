"""What a CustomResourceDefinition may say; its schemas are judged in `structural_rules`.

Models: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go v1.37
Simplified: conversion by webhook is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import json_path, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, validation
from cluster.apis.apiextensions import structural_rules

SCOPES = ("Cluster", "Namespaced")
COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
MIXED = "may have mixed case, but should otherwise match: "
MOST_SELECTABLE = 8
PROTECTED = ("k8s.io", "kubernetes.io")
APPROVED = "api-approved.kubernetes.io"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    wanted = f"{(spec.get('names') or {}).get('plural', '')}.{spec.get('group', '')}"
    faults = metadata.validate(new, old, lambda name: _name(name, wanted))
    faults += _group(spec.get("group") or "", "spec.group")
    faults += validation.one_of("spec.scope", spec.get("scope"), SCOPES)
    faults += _versions(spec.get("versions") or [], "spec.versions")
    faults += _names(spec.get("names") or {}, "spec.names") + _conversion(spec["conversion"], "spec.conversion")
    if spec.get("preserveUnknownFields"):
        text = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        faults.append(validation.invalid("spec.preserveUnknownFields", True, text))
    if old is not None:
        faults += _unchanged(new, old)
    return faults + _approval(new, spec.get("group") or "") + _stored(new)


def _name(name: str, wanted: str) -> list[str]:
    found = names.dns1123_subdomain(name)
    return found if name == wanted else [*found, 'must be spec.names.plural+"."+spec.group']


def _group(group: str, at: str) -> list[FieldError]:
    if not group:
        return [validation.required(at)]
    if messages := names.dns1123_subdomain(group):
        return [validation.invalid(at, group, ",".join(messages))]
    return [] if "." in group else [validation.invalid(at, group, "should be a domain with at least one dot")]


def _versions(versions: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, version in enumerate(versions):
        faults += _version(version, f"{at}[{index}]")
    called = [version.get("name") for version in versions]
    if len(set(called)) < len(called):
        faults.append(validation.invalid(at, versions, "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        faults.append(validation.invalid(at, versions, "must have exactly one version marked as storage version"))
    return faults


def _version(version: Obj, at: str) -> list[FieldError]:
    name, schema = version.get("name") or "", (version.get("schema") or {}).get("openAPIV3Schema")
    messages = names.dns1035_label(name)
    faults = [validation.invalid(f"{at}.name", name, ",".join(messages))] if messages else []
    if version.get("deprecationWarning") is not None and not version.get("deprecated"):
        text = "can only be set for deprecated versions"
        faults.append(validation.invalid(f"{at}.deprecationWarning", version["deprecationWarning"], text))
    if schema is None:
        faults.append(validation.required(f"{at}.schema.openAPIV3Schema"))
    else:
        faults += structural_rules.faults(schema, f"{at}.schema.openAPIV3Schema")
    for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
        faults += _column(column, f"{at}.additionalPrinterColumns[{index}]")
    scale = (version.get("subresources") or {}).get("scale")
    if scale is not None:
        faults += _scale(scale, f"{at}.subresources.scale")
    selectable = version.get("selectableFields") or ()
    if len(selectable) > MOST_SELECTABLE:
        faults.append(validation.too_many(f"{at}.selectableFields", len(selectable), MOST_SELECTABLE))
    for index, field in enumerate(selectable):
        faults += _selectable(field.get("jsonPath") or "", schema or {}, f"{at}.selectableFields[{index}].jsonPath")
    return faults


def _column(column: Obj, at: str) -> list[FieldError]:
    listed = f"must be one of {','.join(COLUMN_TYPES)}"
    faults = [] if column.get("name") else [validation.required(f"{at}.name")]
    if not column.get("type"):
        faults.append(validation.required(f"{at}.type", listed))
    elif column["type"] not in COLUMN_TYPES:
        faults.append(validation.invalid(f"{at}.type", column["type"], listed))
    if (format := column.get("format")) and format not in COLUMN_FORMATS:
        faults.append(validation.invalid(f"{at}.format", format, f"must be one of {','.join(COLUMN_FORMATS)}"))
    path = column.get("jsonPath") or ""
    return [*faults, validation.required(f"{at}.JSONPath")] if not path else faults + _simple(path, f"{at}.JSONPath")


def _simple(path: str, at: str) -> list[FieldError]:
    if not path.startswith("."):
        return [validation.invalid(at, path, "must be a simple json path starting with .")]
    try:
        json_path.parse(path)
    except json_path.PathError as error:
        return [validation.invalid(at, path, f"is an invalid path: {error}")]
    return []


def _scale(scale: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for name, parts in (("specReplicasPath", (".spec.",)), ("statusReplicasPath", (".status.",))):
        path = scale.get(name) or ""
        if not path:
            faults.append(validation.required(f"{at}.{name}"))
        elif not path.startswith(parts) or "[" in path:
            text = f"should be a json path under {parts[0][:-1]}"
            faults.append(validation.invalid(f"{at}.{name}", path, text))
    selector = scale.get("labelSelectorPath")
    if selector and not selector.startswith((".spec.", ".status.")):
        text = "should be a json path under either .spec or .status"
        faults.append(validation.invalid(f"{at}.labelSelectorPath", selector, text))
    return faults


def _selectable(path: str, schema: Obj, at: str) -> list[FieldError]:
    if not path:
        return [validation.required(at)]
    if path.startswith(".metadata"):
        return [validation.invalid(at, path, "must not point to fields in metadata")]
    part = schema
    for name in path.strip(".").split("."):
        part = (part.get("properties") or {}).get(name) or {}
    if path.startswith(".") and part.get("type") in ("string", "boolean", "integer"):
        return []
    text = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
    return [validation.invalid(at, path, text)]


def _names(found: Obj, at: str) -> list[FieldError]:
    faults = [
        validation.required(f"{at}.{field}")
        for field in ("plural", "singular", "kind", "listKind")
        if not found.get(field)
    ]
    for field, word in (("plural", ""), ("singular", ""), ("kind", MIXED), ("listKind", MIXED)):
        text = found.get(field) or ""
        messages = names.dns1035_label(text.lower() if word else text) if text else []
        if messages:
            faults.append(validation.invalid(f"{at}.{field}", text, word + ",".join(messages)))
    if found.get("kind") and found.get("kind") == found.get("listKind"):
        faults.append(validation.invalid(f"{at}.listKind", found["listKind"], "kind and listKind may not be the same"))
    for field in ("shortNames", "categories"):
        for index, text in enumerate(found.get(field) or ()):
            if messages := names.dns1035_label(text):
                faults.append(validation.invalid(f"{at}.{field}[{index}]", text, ",".join(messages)))
    return faults


def _conversion(conversion: Obj, at: str) -> list[FieldError]:
    if conversion.get("strategy") == "Webhook":
        text = "conversion by webhook is not supported by this server"
        return [validation.forbidden(f"{at}.strategy", text)]
    faults = validation.one_of(f"{at}.strategy", conversion.get("strategy"), ("None", "Webhook"))
    if conversion.get("webhook") is not None:
        text = "should not be set when strategy is not set to Webhook"
        faults.append(validation.forbidden(f"{at}.webhookClientConfig", text))
    return faults


def _unchanged(new: Obj, old: Obj) -> list[FieldError]:
    spec, before = new["spec"], old["spec"]
    faults = validation.immutable("spec.group", spec.get("group"), before.get("group"))
    faults += validation.immutable("spec.names.plural", spec["names"].get("plural"), before["names"].get("plural"))
    conditions = (old.get("status") or {}).get("conditions") or ()
    if any(each.get("type") == "Established" and each.get("status") == "True" for each in conditions):
        faults += validation.immutable("spec.scope", spec.get("scope"), before.get("scope"))
        faults += validation.immutable("spec.names.kind", spec["names"].get("kind"), before["names"].get("kind"))
    return faults


def _approval(new: Obj, group: str) -> list[FieldError]:
    if not any(group == domain or group.endswith(f".{domain}") for domain in PROTECTED):
        return []
    told = (new["metadata"].get("annotations") or {}).get(APPROVED, "")
    if told.startswith(("https://", "http://", "unapproved")):
        return []
    text = 'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111'
    return [validation.required(f"metadata.annotations[{APPROVED}]", text)]


def _stored(new: Obj) -> list[FieldError]:
    """A version that objects may be stored in must stay."""
    known = [version.get("name") for version in new["spec"].get("versions") or ()]
    stored = (new.get("status") or {}).get("storedVersions") or []
    return [
        validation.invalid(
            f"status.storedVersions[{index}]",
            name,
            f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until "
            f"a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions",
        )
        for index, name in enumerate(stored)
        if name not in known
    ]


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    status = new.get("status") or {}
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if not status.get("storedVersions"):
        text = "must have at least one stored version"
        faults.append(validation.invalid("status.storedVersions", status.get("storedVersions") or [], text))
    return faults + _stored(new)
