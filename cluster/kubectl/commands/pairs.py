"""Arguments of commands that change pairs: first resources, then `key=value` and `key-`.

Models: kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs, ParsePairs v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.kubectl.errors import CommandError


def split(arguments: Sequence[str], kind: str) -> tuple[list[str], list[str]]:
    """(resources, pairs). Raises CommandError for a resource after a pair."""
    resources: list[str] = []
    pairs: list[str] = []
    for text in arguments:
        if ("=" in text and text[0] != "=") or (text.endswith("-") and text != "-"):
            pairs.append(text)
        elif pairs:
            raise CommandError(f"all resources must be specified before {kind} changes: {text}")
        else:
            resources.append(text)
    return resources, pairs


def parse(pairs: Sequence[str], kind: str, *, removable: bool) -> tuple[dict[str, str], list[str]]:
    """(what to set, what to remove). Raises CommandError."""
    found: dict[str, str] = {}
    removed: list[str] = []
    wrong: list[str] = []
    for text in pairs:
        key, equals, value = text.partition("=")
        if equals and key:
            found[key] = value
        elif removable and text.endswith("-") and text != "-":
            removed.append(text[:-1])
        else:
            wrong.append(text)
    if wrong:
        raise CommandError(f"invalid {kind} format: {', '.join(wrong)}")
    return found, removed
