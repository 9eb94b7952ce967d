"""Any kind that has no describer of its own, field by field.

Models: describe.go genericDescriber, printUnstructuredContent, smartLabelFor v1.37
"""

from __future__ import annotations

import re
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

SKIPPED = frozenset(
    (".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations")
)
ACRONYMS = ("API", "URL", "UID", "GUID")


async def describe(invocation: Invocation, obj: Obj) -> str:
    found = await events.of(invocation, obj, kind=obj.get("kind", ""))
    writer = Writer()
    writer.metadata(obj["metadata"])
    _content(writer, 0, obj, "")
    events.write(writer, found, invocation.now)
    return writer.text()


def _content(writer: Writer, level: int, content: Obj, prefix: str) -> None:
    for field in sorted(content):
        value, path = content[field], f"{prefix}.{field}"
        if path in SKIPPED:
            continue
        if isinstance(value, dict):
            writer.put(f"{title(field)}:\n", level)
            _content(writer, level + 1, value, path)
        elif isinstance(value, list):
            writer.put(f"{title(field)}:\n", level)
            for child in value:
                if isinstance(child, dict):
                    _content(writer, level + 1, child, path)
                else:
                    writer.put(f"{_text(child)}\n", level + 1)
        else:
            writer.line(title(field), _text(value), level)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "<nil>" if value is None else str(value)


def title(field: str) -> str:
    """ "creationTimestamp" → "Creation Timestamp", "nonResourceURLs" → "Non Resource URLs"."""
    if re.search(r"[^A-Za-z-]", field):
        return field
    words: list[str] = []
    for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|-+", field):
        if words and len(words[-1]) > 1 and words[-1].isupper() and word[0].isupper():
            words[-1] += word
        else:
            words.append(word)
    return " ".join(_word(word) for word in words)


def _word(word: str) -> str:
    if word.upper() in ACRONYMS:
        return word.upper()
    return word.title() if word == word.lower() else word
