"""JSON patch (RFC 6902). Errors are worded as the API server words evanphx/json-patch's.

Models: apiserver/pkg/endpoints/handlers/patch.go jsonPatcher v1.37
"""

from __future__ import annotations

from typing import Any

OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
MOST_OPERATIONS = 10_000


class PatchError(ValueError):
    """The patch cannot be applied: 422 as upstream."""


class MalformedPatch(ValueError):
    """The patch is no JSON patch: 400."""


def apply(document: Any, patch: Any) -> Any:
    """A new document; unchanged parts are shared with the old one."""
    if not isinstance(patch, list):
        raise MalformedPatch(
            "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch"
        )
    if len(patch) > MOST_OPERATIONS:
        raise MalformedPatch(f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(patch)}")
    for operation in patch:
        document = _operate(document, operation)
    return document


def _operate(document: Any, operation: Any) -> Any:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        raise MalformedPatch("error decoding patch: an operation needs op and path")
    name, path = operation.get("op"), operation["path"]
    tokens = _tokens(path)
    if name == "add":
        return _set(document, tokens, operation.get("value"), path, insert=True)
    if name == "remove":
        return _remove(document, tokens, path)
    if name == "replace":
        _get(document, tokens, path, f"replace operation does not apply: doc is missing key: {path}")
        return _set(document, tokens, operation.get("value"), path, insert=False)
    if name == "test":
        if _find(document, tokens) != operation.get("value"):
            raise PatchError(f"testing value {path} failed")
        return document
    if name in ("move", "copy") and isinstance(operation.get("from"), str):
        source = _tokens(operation["from"])
        value = _get(document, source, operation["from"], f"{name} operation does not apply: doc is missing from path")
        if name == "move":
            document = _remove(document, source, operation["from"])
        return _set(document, tokens, value, path, insert=True)
    raise PatchError(f"Unexpected kind: {name}")


def _tokens(path: str) -> list[str]:
    if path == "":
        return []
    if not path.startswith("/"):
        raise PatchError(f"unable to parse path: {path}")
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _find(document: Any, tokens: list[str]) -> Any:
    for token in tokens:
        if isinstance(document, dict):
            document = document.get(token)
        elif isinstance(document, list) and token.isdigit() and int(token) < len(document):
            document = document[int(token)]
        else:
            return None
    return document


def _get(document: Any, tokens: list[str], path: str, message: str) -> Any:
    for token in tokens:
        if isinstance(document, dict) and token in document:
            document = document[token]
        elif isinstance(document, list) and token.isdigit() and int(token) < len(document):
            document = document[int(token)]
        else:
            raise PatchError(f"{message}: missing value")
    return document


def _set(document: Any, tokens: list[str], value: Any, path: str, *, insert: bool) -> Any:
    if not tokens:
        return value
    head, rest = tokens[0], tokens[1:]
    if isinstance(document, dict):
        if rest and head not in document:
            raise PatchError(f'add operation does not apply: doc is missing path: "{path}": missing value')
        return {**document, head: _set(document.get(head), rest, value, path, insert=insert)}
    if isinstance(document, list):
        changed = list(document)
        index = len(changed) if head == "-" else _index(head, len(changed), path)
        if rest:
            if index >= len(changed):
                raise PatchError(f'add operation does not apply: doc is missing path: "{path}": missing value')
            changed[index] = _set(changed[index], rest, value, path, insert=insert)
        elif insert:
            changed.insert(index, value)
        else:
            changed[index] = value
        return changed
    raise PatchError(f'add operation does not apply: doc is missing path: "{path}": missing value')


def _remove(document: Any, tokens: list[str], path: str) -> Any:
    if not tokens:
        raise PatchError("remove operation does not apply: the whole document")
    head, rest = tokens[0], tokens[1:]
    if isinstance(document, dict) and head in document:
        if rest:
            return {**document, head: _remove(document[head], rest, path)}
        return {key: value for key, value in document.items() if key != head}
    if isinstance(document, list) and head.isdigit() and int(head) < len(document):
        index = int(head)
        kept = [_remove(document[index], rest, path)] if rest else []
        return [*document[:index], *kept, *document[index + 1 :]]
    if isinstance(document, dict) and not rest:
        raise PatchError(f"remove operation does not apply: doc is missing key: {path}: missing value") from None
    raise PatchError(f'remove operation does not apply: doc is missing path: "{path}": missing value')


def _index(token: str, length: int, path: str) -> int:
    if not token.isdigit() or int(token) > length:
        raise PatchError(f"Unable to access invalid index: {token}: invalid index referenced at {path}")
    return int(token)
