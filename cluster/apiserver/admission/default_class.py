"""Which class stands in for one that is not named: of several defaults the newest, by name when they are of one age.

Models: pkg/volume/util/storageclass.go GetDefaultClass, plugin/pkg/admission/network/defaultingressclass v1.37
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apimachinery.meta import Obj


def newest(defaults: Iterable[Obj]) -> str | None:
    """The name of the newest of the classes that are a default; None without any."""
    found = sorted(defaults, key=lambda each: str(each["metadata"]["name"]))
    if not found:
        return None
    chosen = max(found, key=lambda each: str(each["metadata"].get("creationTimestamp") or ""))
    return str(chosen["metadata"]["name"])
