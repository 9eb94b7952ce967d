"""What the API server shows of its inside: the requests on their road now, who watches what, how it admits.

Models: pkg/controlplane/apiserver zpages, apiserver/pkg/endpoints/metrics (apiserver_registered_watchers) v1.37
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer
    from cluster.apiserver.watcher import Watcher

ROAD = ("parse", "authenticate", "prioritize", "authorize", "serve", "decode", "admit", "validate", "store")
MOST = 200


def of(server: ApiServer) -> Pages:
    return {
        "/debug/requests": lambda asked: requests(server),
        "/debug/watches": lambda asked: watches(server, asked),
        "/configz": lambda asked: configz(server),
    }


def requests(server: ApiServer) -> dict[str, Any]:
    """The stages of a request's road in order, and the requests that are in each now."""
    found = [
        {
            "stage": call.stage,
            "verb": call.verb,
            "path": call.path,
            "client": call.request.source,
            "user": call.user.name if call.user else "",
            "hop": call.request.hop,
        }
        for call in list(server.calls)[:MOST]
    ]
    return {"road": list(ROAD), "now": sorted(found, key=lambda call: call["hop"]), "served": server.requests}


def watches(server: ApiServer, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who watches, by kind; `asked["kind"]` narrows."""
    found = []
    for cache in server.cache.resources.values():
        watchers = cache.watchers.all()
        if watchers and asked.get("kind") in (None, "", cache.kind.kind):
            found.append(
                {
                    "kind": cache.kind.kind,
                    "resource": cache.kind.plural,
                    "objects": len(cache.items),
                    "watchers": [_watcher(each) for each in watchers],
                }
            )
    return sorted(found, key=lambda each: (-len(each["watchers"]), each["kind"]))


def configz(server: ApiServer) -> dict[str, Any]:
    """How it was set up, without secrets."""
    return {
        "mode": server.config.admission_mode,
        "admission": server.admission.names(),
        "revision": server.cache.revision,
        "ready": server.ready,
    }


def _watcher(watcher: Watcher) -> dict[str, str]:
    selection = watcher.selection
    parts = (
        ("namespace", selection.namespace),
        ("name", selection.name),
        ("node", selection.node),
    )
    chosen = ", ".join(f"{name} {value}" for name, value in parts if value)
    return {"client": watcher.client, "selection": chosen or "all"}
