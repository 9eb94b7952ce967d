"""The one line that tells what was done: `deployment.apps/web scaled (dry run)`; with `-o name` the name alone.

Models: cli-runtime/pkg/printers/name.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj


def line(obj: Obj, operation: str = "", *, short: bool = False) -> str:
    """`operation` is "created", "configured (dry run)", …; lists are named item by item."""
    if isinstance(obj.get("items"), list) and obj.get("kind", "").endswith("List"):
        return "".join(line(item, operation, short=short) for item in obj["items"])
    name = f"{kind_of(obj)}/{(obj.get('metadata') or {}).get('name') or '<unknown>'}"
    return f"{name}\n" if short or not operation else f"{name} {operation}\n"


def kind_of(obj: Obj) -> str:
    """ "pod", "deployment.apps"."""
    group = obj.get("apiVersion", "").rpartition("/")[0]
    kind = obj.get("kind", "").lower()
    return f"{kind}.{group}" if group else kind
