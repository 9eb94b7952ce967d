"""Manifests: the objects in the files, folders and standard input that `-f` names.

Models: cli-runtime/pkg/resource/{builder,visitor}.go FilenameParam, StreamVisitor v1.37
Simplified: no URLs, no kustomizations.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation

ENDINGS = (".json", ".yaml", ".yml")
STDIN = "STDIN"


@dataclass(frozen=True, slots=True)
class Document:
    """One object of a file. `source` names the file as errors do."""

    source: str
    obj: dict[str, Any]


def read(invocation: Invocation, filenames: Sequence[str], *, recursive: bool = False) -> list[Document | Exception]:
    """Every object of every file in order, lists taken apart; in place of one that cannot be read, why."""
    found: list[Document | Exception] = []
    for name in filenames:
        if name.startswith(("http://", "https://")):
            raise CommandError(
                f"unable to read URL {json.dumps(name)}: manifests are read from files and standard input only"
            )
        try:
            for source, text in _texts(invocation, name, recursive):
                found += _documents(source, text)
        except OSError as error:
            raise CommandError(f'the path "{name}" does not exist') from error
    return found


def _texts(invocation: Invocation, name: str, recursive: bool) -> Iterator[tuple[str, str]]:
    if name == "-":
        yield STDIN, invocation.stdin()
        return
    files = invocation.session.files
    listed = files.listing(name)
    if listed is None:
        yield name, files.read_bytes(name).decode("utf-8", "replace")
        return
    for entry in listed:
        path = posixpath.join(name, entry)
        if files.listing(path) is None:
            if entry.endswith(ENDINGS):
                yield path, files.read_bytes(path).decode("utf-8", "replace")
        elif recursive:
            yield from _texts(invocation, path, recursive)


def _documents(source: str, text: str) -> Iterator[Document | Exception]:
    try:
        for document in parse(text):
            if document is None:
                continue
            if not isinstance(document, dict):
                yield CommandError(_invalid(source, "invalid object to validate"))
            else:
                yield from _flattened(source, document)
    except ValueError as error:
        yield CommandError(f"error parsing {source}: {error}")


def parse(text: str) -> list[Any]:
    """The documents of YAML or JSON text. Raises ValueError, worded as kubectl words it."""
    import yaml

    from cluster.kubectl import go_yaml

    if text.lstrip().startswith("{"):
        try:
            return _json_documents(text)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()):
                raise ValueError("unexpected EOF") from error
    try:
        return go_yaml.documents(text)
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"error converting YAML to JSON: yaml: {_where(error)}{error.problem}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"error converting YAML to JSON: yaml: {error}") from error


def _where(error: Any) -> str:
    """The line as goyaml counts it: a scanner's from one, a parser's from nought."""
    import yaml

    for mark in (error.problem_mark, error.context_mark):
        if mark is not None and mark.line:
            return f"line {mark.line + isinstance(error, yaml.scanner.ScannerError)}: "
    return ""


def _json_documents(text: str) -> list[Any]:
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        document, at = decoder.raw_decode(text, at)
        found.append(document)
    return found


def _invalid(source: str, what: str) -> str:
    return (
        f'error validating "{source}": error validating data: {what}; if you choose to ignore these errors, turn '
        "validation off with --validate=false"
    )


def _flattened(source: str, document: dict[str, Any]) -> Iterator[Document | Exception]:
    kind, items = document.get("kind") or "", document.get("items")
    missing = [f"{name} not set" for name in ("apiVersion", "kind") if not document.get(name)]
    if missing:
        yield CommandError(_invalid(source, missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"))
    elif kind.endswith("List") and isinstance(items, list):
        for item in items:
            yield from _flattened(source, item)
    else:
        yield Document(source, document)
