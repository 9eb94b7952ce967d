"""Words wrapped as go-wordwrap wraps them, and schemas as explain prints them."""

from __future__ import annotations

import pytest

from cluster.kubectl.commands import explain_text

GVK = {"group": "", "version": "v1", "kind": "Thing"}
DOCUMENT = {
    "paths": {"/api/v1/namespaces/{namespace}/things": {"get": {explain_text.GVK: GVK}}},
    "components": {
        "schemas": {
            "io.Thing": {
                "description": "A thing.",
                explain_text.GVK: [GVK],
                "required": ["spec"],
                "properties": {
                    "spec": {"allOf": [{"$ref": "#/components/schemas/io.Spec"}], "description": "What it is."},
                    "names": {"type": "array", "items": {"type": "string"}},
                },
            },
            "io.Spec": {
                "type": "object",
                "description": "Of a thing.",
                "properties": {
                    "mode": {"type": "string", "enum": ["", "A", "B", "C", "D"]},
                    "sub": {"$ref": "#/components/schemas/io.Spec"},
                },
            },
        }
    },
}


@pytest.mark.parametrize(
    ("limit", "text", "wrapped"),
    [
        (5, "aa bb cc", "aa bb\ncc"),
        (5, "toolongword x", "toolongword\nx"),
        (8, "a\n b c", "a\n b c"),
        (3, "", ""),
    ],
)
def test_wrapped(limit: int, text: str, wrapped: str) -> None:
    assert explain_text.wrapped(limit, text) == wrapped


def test_a_kind_is_found_by_its_paths() -> None:
    assert explain_text.kind_of(DOCUMENT, "/api/v1", "things") == GVK
    assert explain_text.kind_of(DOCUMENT, "/api/v1", "others") is None


def test_fields_with_their_descriptions() -> None:
    text = explain_text.body(DOCUMENT, GVK, [], depth=-1)
    assert text is not None
    assert text.startswith("DESCRIPTION:\n    A thing.\n    \nFIELDS:\n  names\t<[]string>\n    <no description>\n\n")
    assert "  spec\t<Spec> -required-\n    What it is.\n" in text


def test_a_field_with_its_enum_and_a_circle_that_ends() -> None:
    text = explain_text.body(DOCUMENT, GVK, ["spec", "mode"], depth=-1)
    assert text is not None
    assert text.startswith('FIELD: mode <string>\nENUM:\n    ""\n    A\n    B\n    C\n    D\n\nDESCRIPTION:')
    text = explain_text.body(DOCUMENT, GVK, [], depth=0)
    assert text is not None
    assert '    mode\t<string>\n    enum: "", A, B, C, ....\n    sub\t<Spec>\n' in text
    assert explain_text.body(DOCUMENT, GVK, ["spec", "nope"], depth=-1) is None
