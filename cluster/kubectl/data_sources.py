"""Keys and values from literals, files and env files: what configmaps and secrets are made of.

Models: kubectl/pkg/util/util.go ParseFileSource, ParseLiteralSource, cmd/util/env_file.go v1.37
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, LIST, Flag
from cluster.kubectl.invocation import Invocation

FLAGS = (
    Flag("from-file", LIST, help="A file, key=file, or a folder of files"),
    Flag("from-literal", ARRAY, help="key=value"),
    Flag("from-env-file", LIST, help="A file of key=value lines"),
)
KEY = re.compile(r"[-._a-zA-Z0-9]+")
KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)


def collect(invocation: Invocation, kind: str, name: str) -> dict[str, bytes]:
    """All keys that the flags name. `kind` and `name` are what errors call the object. Raises CommandError."""
    flags = invocation.flags
    if flags["from-env-file"] and (flags["from-file"] or flags["from-literal"]):
        raise CommandError("from-env-file cannot be combined with from-file or from-literal")
    found: dict[str, bytes] = {}
    for key, value in (*_files(invocation), *_literals(flags["from-literal"]), *_environments(invocation)):
        if not KEY.fullmatch(key):
            raise CommandError(f'"{key}" is not a valid key name for a {kind}: {KEY_RULE}')
        if key in found:
            where = f' in Data for {kind} "{name}"' if kind == "ConfigMap" else ""
            raise CommandError(
                f'cannot add key "{key}", another key by that name already exists{where}'
                if where
                else f"cannot add key {key}, another key by that name already exists"
            )
        found[key] = value
    return found


def _literals(texts: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise CommandError(f"invalid literal source {text}, expected key=value")
        yield key, value.encode()


def _files(invocation: Invocation) -> Iterator[tuple[str, bytes]]:
    files = invocation.session.files
    for source in invocation.flags["from-file"]:
        key, path = _file_source(source)
        listed = files.listing(path)
        if listed is None:
            yield key, _read(invocation, path)
            continue
        if "=" in source:
            raise CommandError("cannot give a key name for a directory path")
        for entry in listed:
            if files.listing(posixpath.join(path, entry)) is None:
                yield entry, _read(invocation, posixpath.join(path, entry))


def _file_source(source: str) -> tuple[str, str]:
    parts = source.split("=")
    if len(parts) == 1:
        return posixpath.basename(source), source
    if len(parts) > 2:
        raise CommandError("key names or file paths cannot contain '='")
    if not parts[0]:
        raise CommandError(f"key name for file path {parts[1]} missing")
    if not parts[1]:
        raise CommandError(f"file path for key name {parts[0]} missing")
    return parts[0], parts[1]


def _environments(invocation: Invocation) -> Iterator[tuple[str, bytes]]:
    for path in invocation.flags["from-env-file"]:
        for line in _read(invocation, path).decode("utf-8-sig").splitlines():
            line = line.lstrip()
            if not line or line.startswith("#"):
                continue
            key, equals, value = line.partition("=")
            if equals:
                yield key, value.encode()


def _read(invocation: Invocation, path: str) -> bytes:
    try:
        return invocation.session.files.read_bytes(path)
    except OSError as error:
        raise CommandError(f"error reading {path}: no such file or directory") from error
