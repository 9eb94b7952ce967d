"""The proxy door: whatever is asked behind it is passed on (`apiserver.proxy`). Models: pkg/registry/core/rest v1.37"""

from __future__ import annotations

from cluster.apis.registry import Subresource

VERBS = ("create", "delete", "get", "patch", "update")


def door(kind: str) -> Subresource:
    return Subresource("proxy", VERBS, kind=f"{kind}ProxyOptions", version="v1")
