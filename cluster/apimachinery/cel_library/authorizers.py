"""`authorizer`: may whoever writes do something else too?

A check is built step by step, as a map; who is asked stands in `CHECK`, set for the request that is judged.
Models: k8s.io/apiserver/pkg/cel/library/authz.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from cluster.apimachinery.cel_library.function import methods

Held = dict[str, Any]
CHECK: ContextVar[Callable[[Held, str], str | None]] = ContextVar("CHECK")
"""Given a check and a verb: why that is allowed, None when not. ValueError for what cannot be asked."""


def _with(name: str) -> Callable[[Held, str], Held]:
    return lambda held, text: {**held, name: text}


def _service_account(held: Held, namespace: str, name: str) -> Held:
    return {"serviceAccount": f"{namespace}:{name}"}


def _check(held: Held, verb: str) -> Held:
    try:
        reason = CHECK.get()(held, verb)
    except ValueError as error:
        return {"allowed": False, "reason": "", "error": str(error)}
    return {"allowed": reason is not None, "reason": reason or "", "error": ""}


FUNCTIONS = (
    *methods(
        "MAP",
        "MAP",
        "STRING",
        group=_with("group"),
        resource=_with("resource"),
        subresource=_with("subresource"),
        namespace=_with("namespace"),
        name=_with("name"),
        path=_with("path"),
        fieldSelector=_with("fieldSelector"),
        labelSelector=_with("labelSelector"),
        check=_check,
    ),
    *methods("MAP", "MAP", "STRING", "STRING", serviceAccount=_service_account),
    *methods("BOOL", "MAP", allowed=lambda held: held["allowed"], errored=lambda held: bool(held["error"])),
    *methods("STRING", "MAP", reason=lambda held: held["reason"], error=lambda held: held["error"]),
)
