"""Parts that thousands of objects have alike, kept once: the pods of a Deployment differ in name, address and times, not
in tolerations, volumes, or who manages which field.

Objects are read-only, so equal parts may be the same part. A part is known by its JSON; one that is not known is looked
into, so that of a pod's field set only the path to its own address stays its own.
"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.apimachinery import compact
from cluster.apimachinery.meta import Obj

MOST = 8192
LONGEST_TEXT = 64

_parts: dict[bytes, Any] = {}
_texts: dict[str, str] = {}


def settle(obj: Obj) -> None:
    """Replace the parts of an object by those that others have alike; the object itself and its metadata stay its own."""
    _settle_parts(obj)


def _settle_parts(whole: Any) -> None:
    texts = _bounded(_texts)
    for place, value in whole.items() if whole.__class__ is dict else enumerate(whole):
        if value.__class__ is str:
            if len(value) <= LONGEST_TEXT:
                whole[place] = texts.setdefault(value, value)
        elif value.__class__ is dict or value.__class__ is list:
            name = orjson.dumps(value)
            known = _parts.get(name)
            if known is None:
                _settle_parts(value)
                _bounded(_parts)[compact.exact(name)] = value
            elif known is not value:
                whole[place] = known


def _bounded(known: dict[Any, Any]) -> dict[Any, Any]:
    """Begins anew when it is full: what is shared by then stays so, later ones share among themselves."""
    if len(known) >= MOST:
        known.clear()
    return known
