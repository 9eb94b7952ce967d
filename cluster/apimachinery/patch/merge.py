"""JSON merge patch (RFC 7386)."""

from __future__ import annotations

from typing import Any


def apply(document: Any, patch: Any) -> Any:
    """A new document; unchanged parts are shared with the old one."""
    if not isinstance(patch, dict):
        return patch
    changed = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = apply(changed.get(name), value)
    return changed
