"""/metrics: what the API server counts, in the text form that Prometheus reads.

Models: apiserver/pkg/{endpoints/metrics,storage/etcd3/metrics,server/healthz} v1.37
Simplified: the few series that this server has figures for, under upstream's names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cluster.apiserver import health
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

PATHS = ("/metrics", "/metrics/slis")
TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def answer(server: ApiServer, path: str) -> Response | None:
    """The response for one of the two paths, None for any other."""
    if path not in PATHS:
        return None
    lines = _counts(server) if path == PATHS[0] else await _health(server)
    return Response(200, Payload(raw=("\n".join(lines) + "\n").encode()), {"content-type": TYPE})


def _series(name: str, kind: str, help: str) -> list[str]:
    return [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]


def _counts(server: ApiServer) -> Iterator[str]:
    yield from _series("apiserver_storage_objects", "gauge", "Number of stored objects, by resource.")
    caches = [cache for _, cache in sorted(server.cache.resources.items())]
    for cache in caches:
        group, resource = cache.kind.group, cache.kind.plural
        yield f'apiserver_storage_objects{{group="{group}",resource="{resource}"}} {len(cache.items)}'
    yield from _series("apiserver_longrunning_requests", "gauge", "Watches that are open, by resource.")
    for cache in caches:
        if watchers := len(cache.watchers.all()):
            group, resource = cache.kind.group, cache.kind.plural
            yield f'apiserver_longrunning_requests{{group="{group}",resource="{resource}",verb="WATCH"}} {watchers}'
    yield from _series("apiserver_current_inflight_requests", "gauge", "Requests that are served now.")
    yield f"apiserver_current_inflight_requests {server.flow.served}"
    yield from _series("apiserver_request_total", "counter", "Requests since the start, by whether they were refused.")
    yield f'apiserver_request_total{{refused="false"}} {server.requests - server.refused}'
    yield f'apiserver_request_total{{refused="true"}} {server.refused}'
    yield from _series("apiserver_storage_revision", "gauge", "etcd's revision that the watch cache has come to.")
    yield f"apiserver_storage_revision {server.cache.revision}"


async def _health(server: ApiServer) -> list[str]:
    lines = _series("kubernetes_healthcheck", "gauge", "Whether a health check succeeds.")
    for word in ("healthz", "livez", "readyz"):
        for name, well in (await health.checks(server, word)).items():
            lines.append(f'kubernetes_healthcheck{{name="{name}",type="{word}"}} {int(well)}')
    return lines
