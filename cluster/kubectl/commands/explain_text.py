"""A schema of an OpenAPI v3 document as `explain` prints it.

Models: kubectl/pkg/explain/v2/templates/plaintext.tmpl, github.com/mitchellh/go-wordwrap v1.37
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
GVK = "x-kubernetes-group-version-kind"
MOST_NAMED = 4
WIDTH = 76
UNLIMITED = 0


def kind_of(document: Schema, prefix: str, plural: str) -> Schema | None:
    """The group, version and kind that the document's paths tell of a resource."""
    paths = document.get("paths") or {}
    for scope in ("", "/namespaces/{namespace}"):
        for name in ("", "/{name}"):
            operations = paths.get(f"{prefix}{scope}/{plural}{name}") or {}
            for method in ("get", "post", "put", "patch", "delete"):
                found: Schema | None = (operations.get(method) or {}).get(GVK)
                if found:
                    return found
    return None


def head(kind: Schema) -> str:
    group = f"GROUP:      {kind['group']}\n" if kind.get("group") else ""
    return f"{group}KIND:       {kind['kind']}\nVERSION:    {kind['version']}\n\n"


def body(document: Schema, kind: Schema, path: list[str], *, depth: int) -> str | None:
    """What is known of the field at `path`, None when there is none. `depth` -1 shows one level with descriptions."""
    schemas = (document.get("components") or {}).get("schemas") or {}
    schema = next((each for each in schemas.values() if kind in (each.get(GVK) or ())), None)
    return _Explained(schemas, depth).output(schema, path) if schema else None


class _Explained:
    """The document's schemas, and how deep to show fields."""

    def __init__(self, schemas: Schema, depth: int) -> None:
        self._schemas, self._depth = schemas, depth

    def output(self, schema: Schema, path: list[str]) -> str | None:
        found = self._resolved(schema)
        if not path:
            return self._whole(found)
        properties = found.get("properties") or {}
        if path[0] in properties:
            field = properties[path[0]]
            told = f"FIELD: {path[0]} <{self._type(field)}>\n{_long_enum(field)}\n\n" if len(path) == 1 else ""
            rest = self.output(field, path[1:])
            return None if rest is None else told + rest
        for part in self._parts(found):
            text = self.output(part, path)
            if text is not None:
                return text
        return None

    def _whole(self, schema: Schema) -> str:
        description = self._description(schema) or "<empty>"
        text = f"DESCRIPTION:\n{_indented(4, wrapped(WIDTH, description))}\n"
        fields = "".join(self._fields(schema, 1, frozenset()))
        return f"{text}FIELDS:\n{fields}" if fields else text

    def _description(self, schema: Schema) -> str:
        found = self._resolved(schema)
        own = f"{found['description']}\n" if found.get("description") else ""
        return own + "".join(self._description(part) for part in self._parts(found, all_of_first=True))

    def _fields(self, schema: Schema, level: int, seen: frozenset[str]) -> Iterator[str]:
        reference = schema.get("$ref", "")
        if reference and reference in seen:
            return
        seen = seen | {reference} if reference else seen
        found = self._resolved(schema)
        for name, field in sorted((found.get("properties") or {}).items()):
            yield self._field(name, field, found, level)
            if self._depth == UNLIMITED or level < self._depth:
                yield from self._fields(field, level + 1, seen)
        for part in self._parts(found, all_of_first=True):
            yield from self._fields(part, level, seen)

    def _field(self, name: str, field: Schema, owner: Schema, level: int) -> str:
        indent = level * 2
        required = " -required-" if name in (owner.get("required") or ()) else ""
        line = f"{' ' * indent}{name}\t<{self._type(field)}>{required}{_short_enum(field, indent)}\n"
        if self._depth >= 0:
            return line
        description = wrapped(78 - indent, field.get("description") or "<no description>")
        return f"{line}{_indented(indent + 2, description)}\n\n"

    def _type(self, schema: Schema) -> str:
        more, all_of = schema.get("additionalProperties"), schema.get("allOf") or []
        if schema.get("items"):
            return f"[]{self._type(schema['items'])}"
        if isinstance(more, dict) and more:
            return f"map[string]{self._type(more)}"
        if len(all_of) == 1 and not schema.get("properties"):
            return self._type(all_of[0])
        kind = schema.get("type") or ""
        if reference := schema.get("$ref"):
            kind = (self._schemas.get(_name(reference)) or {}).get("type") or ""
            if kind in ("", "object"):
                return str(reference).rpartition("/")[2].rpartition(".")[2] or "Object"
            return str(kind)
        return "Object" if kind in ("", "object") else str(kind)

    def _resolved(self, schema: Schema) -> Schema:
        found: Schema | None = self._schemas.get(_name(schema.get("$ref", "")))
        return found or schema

    @staticmethod
    def _parts(schema: Schema, *, all_of_first: bool = False) -> list[Schema]:
        """What a schema is made of besides its own fields: its items, its values, its alternatives."""
        more = schema.get("additionalProperties")
        inside = [each for each in (schema.get("items"), more) if isinstance(each, dict) and each]
        all_of = list(schema.get("allOf") or ())
        return all_of + inside if all_of_first else inside + all_of


def _name(reference: str) -> str:
    return reference.removeprefix("#/components/schemas/")


def _long_enum(schema: Schema) -> str:
    values = schema.get("enum") or ()
    return "ENUM:" + "".join(f"\n    {_shown(value)}" for value in values) if values else ""


def _short_enum(schema: Schema, indent: int) -> str:
    values = schema.get("enum") or ()
    if not values:
        return ""
    more = ", ...." if len(values) > MOST_NAMED else ""
    return f"\n{' ' * indent}enum: " + ", ".join(_shown(value) for value in values[:MOST_NAMED]) + more


def _shown(value: Any) -> str:
    return '""' if value == "" else str(value)


def _indented(amount: int, text: str) -> str:
    pad = " " * amount
    return pad + text.replace("\n", f"\n{pad}")


def wrapped(limit: int, text: str) -> str:
    """Lines of at most `limit` signs, broken at blanks; line breaks of the text stay."""
    return "\n".join(_wrapped_line(limit, line) for line in text.split("\n"))


def _wrapped_line(limit: int, line: str) -> str:
    done, column, blanks, word = "", 0, "", ""
    for sign in line:
        if sign.isspace() and sign != "\xa0":
            if word or not blanks:
                done += blanks + word
                column += len(blanks) + len(word)
                blanks = word = ""
            blanks += sign
            continue
        word += sign
        if column + len(blanks) + len(word) > limit and len(word) < limit:
            done += "\n"
            column, blanks = 0, ""
    if word:
        return done + blanks + word
    return done + (blanks if column + len(blanks) <= limit else "")
