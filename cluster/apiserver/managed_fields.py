"""The managedFields that a body brings along. Models: managedfields/internal/fieldmanager.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj

OPERATIONS = ("Apply", "Update")
LONGEST_MANAGER, LONGEST_SUBRESOURCE = 128, 256


def base(sent: Any, old: list[Obj]) -> list[Obj] | None:
    """The entries that an update goes on from when its body brought others than are there; None for those.

    One empty entry resets them; none at all, or what cannot be read, keeps them: a client that does not know of
    managedFields does not delete them. Models: decodeLiveOrNew
    """
    if not sent or sent == old or not isinstance(sent, list):
        return None
    if sent == [{}]:
        return []
    return [dict(entry) for entry in sent] if all(_readable(entry) for entry in sent) else None


def _readable(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("operation") in OPERATIONS
        and entry.get("fieldsType") == "FieldsV1"
        and isinstance(entry.get("fieldsV1"), dict)
        and all(isinstance(entry.get(name, ""), str) for name in ("manager", "apiVersion", "time", "subresource"))
        and len(entry.get("manager", "")) <= LONGEST_MANAGER
        and len(entry.get("subresource", "")) <= LONGEST_SUBRESOURCE
        and _is_set(entry["fieldsV1"])
    )


def _is_set(fields: Any) -> bool:
    return isinstance(fields, dict) and all(
        (name == "." or name[:2] in ("f:", "k:", "v:", "i:")) and _is_set(each) for name, each in fields.items()
    )
