"""What a write may not bring: status through the main door, spec through the status door, generation through any.

Models: apiserver/pkg/registry/rest/update.go BeforeUpdate and pkg/registry/*/strategy.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Prepare


def fill(found: Obj, **fallbacks: Any) -> Obj:
    """Set what is missing or empty text, in place; answers `found`."""
    for name, value in fallbacks.items():
        if found.get(name) in (None, ""):
            found[name] = value
    return found


def keep_generation(new: Obj, old: Obj | None) -> None:
    """The strategy of a kind without a strategy: generation is the server's."""
    if old is not None:
        set_or_drop(new["metadata"], "generation", old["metadata"].get("generation"))


def counted(new: Obj, old: Obj | None) -> None:
    """generation is 1 and stays 1."""
    if old is None:
        new["metadata"]["generation"] = 1
    else:
        keep_generation(new, old)


def keep_status(new: Obj, old: Obj | None) -> None:
    """Status is written through its own door; a new object has none yet."""
    if old is None:
        new.pop("status", None)
        return
    set_or_drop(new, "status", old.get("status"))
    keep_generation(new, old)


def spec_and_status(new: Obj, old: Obj | None) -> None:
    """Clients write the spec, controllers the status; generation counts changes of the spec."""
    keep_status(new, old)
    if old is None:
        new["metadata"]["generation"] = 1
    elif new.get("spec") != old.get("spec"):
        bump(new, old)


def bump(new: Obj, old: Obj) -> None:
    new["metadata"]["generation"] = (old["metadata"].get("generation") or 0) + 1


def status_door(*kept: str) -> Prepare:
    """A write through the status door: everything but status and metadata stays as it was, and the `kept` metadata."""

    def prepare(new: Obj, old: Obj | None) -> None:
        if old is None:
            return
        for name in [name for name in new if name not in ("status", "metadata") and name not in old]:
            del new[name]
        for name, value in old.items():
            if name not in ("status", "metadata"):
                new[name] = value
        keep_generation(new, old)
        for name in kept:
            set_or_drop(new["metadata"], name, old["metadata"].get(name))

    return prepare


def set_or_drop(obj: Obj, name: str, value: Any) -> None:
    if value is None:
        obj.pop(name, None)
    else:
        obj[name] = value
