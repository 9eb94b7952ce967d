"""Whether a schema is structural: every field has a type, and nothing is said that cannot be kept to.

Models: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go,
pkg/apis/apiextensions/validation/validation.go ValidateCustomResourceDefinitionOpenAPISchema v1.37
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.apimachinery import cel
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apimachinery.structural import rules
from cluster.apimachinery.structural import validation as judging
from cluster.apis import validation

TYPES = ("array", "boolean", "integer", "number", "object", "string")
NOT_SUPPORTED = ("$ref", "additionalItems", "definitions", "dependencies", "id", "patternProperties")
LIST_TYPES, MAP_TYPES = ("atomic", "map", "set"), ("atomic", "granular")
INT_OR_STRING, PRESERVE = judging.INT_OR_STRING, "x-kubernetes-preserve-unknown-fields"
LIST_TYPE, LIST_KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"
JUNCTORS = ("allOf", "anyOf", "oneOf")
ONLY_OUTSIDE = ("default", "description", "title", "nullable", "additionalProperties", "type")


def faults(schema: Obj, at: str) -> list[FieldError]:
    """Of the schema of one version."""
    found = []
    if schema.get("nullable"):
        found.append(validation.forbidden(f"{at}.nullable", "nullable cannot be true at the root"))
    if not schema.get("type"):
        found.append(validation.required(f"{at}.type", "must not be empty at the root"))
    elif schema["type"] != "object":
        found.append(validation.invalid(f"{at}.type", schema["type"], "must be object at the root"))
    return [*found, *_of(schema, at, is_root=True)]


def _of(schema: Obj, at: str, *, is_root: bool = False) -> Iterator[FieldError]:
    yield from _unsupported(schema, at)
    kind, properties, additional = schema.get("type"), schema.get("properties"), schema.get("additionalProperties")
    if kind and kind not in TYPES:
        yield validation.not_supported(f"{at}.type", kind, TYPES)
    if properties and isinstance(additional, dict):
        text = "additionalProperties and properties are mutual exclusive"
        yield validation.forbidden(f"{at}.additionalProperties", text)
    yield from _pattern(schema, at)
    yield from _extensions(schema, at)
    yield from _default(schema, at)
    yield from _rules(schema, at)
    yield from _junctors(schema, at)
    for name, part in (properties or {}).items():
        if not is_root or name != "metadata":
            yield from _typed(part, f"{at}.properties[{name}]", "must not be empty for specified object fields")
    if isinstance(additional, dict):
        yield from _typed(additional, f"{at}.additionalProperties", "must not be empty for specified object fields")
    if kind == "array" and schema.get("items") is None:
        yield validation.required(f"{at}.items", "must be specified")
    elif isinstance(items := schema.get("items"), dict):
        yield from _typed(items, f"{at}.items", "must not be empty for specified array items")


def _typed(part: Obj, at: str, why: str) -> Iterator[FieldError]:
    if not part.get("type") and not part.get(INT_OR_STRING) and not part.get(PRESERVE):
        yield validation.required(f"{at}.type", why)
    yield from _of(part, at)


def _unsupported(schema: Obj, at: str) -> Iterator[FieldError]:
    for word in NOT_SUPPORTED:
        if schema.get(word):
            yield validation.forbidden(f"{at}.{word}", f"{word} is not supported")
    if schema.get("uniqueItems"):
        text = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield validation.forbidden(f"{at}.uniqueItems", text)
    if isinstance(schema.get("items"), list):
        yield validation.forbidden(f"{at}.items", "items must be a schema object and not an array")
    if schema.get("type") == "null":
        yield validation.forbidden(f"{at}.type", "type cannot be set to null, use nullable as an alternative")


def _pattern(schema: Obj, at: str) -> Iterator[FieldError]:
    if pattern := schema.get("pattern"):
        try:
            re.compile(pattern)
        except re.error as error:
            text = f"must be a valid regular expression, but isn't: {error}"
            yield validation.invalid(f"{at}.pattern", pattern, text)


def _extensions(schema: Obj, at: str) -> Iterator[FieldError]:
    kind, keys, list_type, map_type = (
        schema.get(name) for name in ("type", LIST_KEYS, LIST_TYPE, "x-kubernetes-map-type")
    )
    if schema.get(PRESERVE) is False:
        yield validation.invalid(f"{at}.{PRESERVE}", False, "must be true or undefined")
    if map_type is not None and map_type not in MAP_TYPES:
        yield validation.not_supported(f"{at}.x-kubernetes-map-type", map_type, MAP_TYPES)
    if list_type is not None and list_type not in LIST_TYPES:
        yield validation.not_supported(f"{at}.{LIST_TYPE}", list_type, ("atomic", "set", "map"))
    if list_type is not None and kind != "array":
        yield validation.invalid(f"{at}.type", kind or "", "must be array if x-kubernetes-list-type is specified")
    if keys and list_type != "map":
        text = "must be map if x-kubernetes-list-map-keys is non-empty"
        yield validation.invalid(f"{at}.{LIST_TYPE}", list_type or "", text)
    if list_type == "map":
        yield from _map_keys(keys or [], (schema.get("items") or {}), at)


def _map_keys(keys: list[str], items: Obj, at: str) -> Iterator[FieldError]:
    if not keys:
        yield validation.required(f"{at}.{LIST_KEYS}", "must not be empty if x-kubernetes-list-type is map")
    properties = items.get("properties") or {}
    for key in keys:
        where = f"{at}.items.properties[{key}].default"
        if key not in properties:
            yield validation.invalid(f"{at}.{LIST_KEYS}", keys, "entries must all be names of item properties")
        elif key not in (items.get("required") or ()) and "default" not in properties[key]:
            text = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            yield validation.required(where, text)


def _default(schema: Obj, at: str) -> Iterator[FieldError]:
    if "default" in schema:
        parts = judging.faults(schema["default"], {name: each for name, each in schema.items() if name != "default"})
        for fault in parts:
            where = f"{at}.default" + (f".{fault.field}" if fault.field and fault.field != "<nil>" else "")
            yield FieldError(fault.type, where, fault.detail)


def _rules(schema: Obj, at: str) -> Iterator[FieldError]:
    for index, rule in enumerate(schema.get(rules.RULES) or ()):
        where = f"{at}.{rules.RULES}[{index}]"
        text = (rule.get("rule") or "").strip()
        if not text:
            yield validation.required(f"{where}.rule", "rule is not specified")
            continue
        if "\n" in text and not rule.get("message"):
            yield validation.required(f"{where}.message", "message must be specified if rule contains line breaks")
        if rule.get("optionalOldSelf") is not None and not rules.names_old(text):
            told = "may not be set if oldSelf is not used in rule"
            yield validation.invalid(f"{where}.optionalOldSelf", rule["optionalOldSelf"], told)
        for field in ("rule", "messageExpression"):
            if rule.get(field):
                yield from _compiles(rules.expression(rule, field), rule, f"{where}.{field}")


def _compiles(expression: str, rule: Obj, at: str) -> Iterator[FieldError]:
    try:
        cel.compiled(expression)
    except cel.RuleError as error:
        yield validation.invalid(at, rule, f"compilation failed: {error}")


def _junctors(schema: Obj, at: str) -> Iterator[FieldError]:
    for word in JUNCTORS:
        for index, part in enumerate(schema.get(word) or ()):
            yield from _junctor(part, f"{at}.{word}[{index}]")
    if (part := schema.get("not")) is not None:
        yield from _junctor(part, f"{at}.not")


def _junctor(part: Obj, at: str) -> Iterator[FieldError]:
    """Inside allOf and the like only values are judged; what a field is stands outside."""
    for word in ONLY_OUTSIDE:
        if part.get(word) and not (word == "type" and part[word] in ("integer", "string") and set(part) == {"type"}):
            state = (
                "empty" if word in ("type", "title", "description") else "false" if word == "nullable" else "undefined"
            )
            yield validation.forbidden(f"{at}.{word}", f"must be {state} to be structural")
    for name, each in (part.get("properties") or {}).items():
        yield from _junctor(each, f"{at}.properties[{name}]")
