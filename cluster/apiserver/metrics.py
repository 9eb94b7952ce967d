"""/metrics: what the API server counts, in the forms that Prometheus reads.

The package prometheus_client, which writes the forms, is imported when somebody asks.
Models: apiserver/pkg/{endpoints/metrics,storage/etcd3/metrics,server/healthz}, component-base/metrics v1.37
Simplified: the series that this server has figures for, under upstream's names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cluster.apiserver import health
from cluster.apiserver.request_metrics import BUCKETS, LONG_RUNNING, Asked
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

PATHS = ("/metrics", "/metrics/slis")
OF = ["verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component"]


async def answer(server: ApiServer, path: str, accept: str) -> Response | None:
    """The response for one of the two paths, None for any other."""
    if path not in PATHS:
        return None
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    registry = CollectorRegistry(auto_describe=False)
    families = list(_counts(server)) if path == PATHS[0] else await _health(server)
    registry.register(_Collector(families))
    encode, media_type = choose_encoder(accept)
    return Response(200, Payload(raw=encode(registry)), {"content-type": media_type})


class _Collector:
    """What was found, as prometheus_client takes it."""

    def __init__(self, families: Iterable[Any]) -> None:
        self.families = families

    def collect(self) -> Iterable[Any]:
        return self.families


def _gauge(name: str, help: str, labels: Iterable[str] = ()) -> Any:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, help, labels=list(labels))


def _counts(server: ApiServer) -> Iterator[Any]:
    yield from _requests(server)
    objects = _gauge("apiserver_storage_objects", "Number of stored objects, by resource.", ("group", "resource"))
    watches = _gauge(
        "apiserver_longrunning_requests",
        "Gauge of all active long-running apiserver requests, by resource.",
        ("verb", "group", "version", "resource", "scope", "component"),
    )
    watchers = _gauge("apiserver_registered_watchers", "Number of currently registered watchers.", ("group", "kind"))
    for _, cache in sorted(server.cache.resources.items()):
        kind, count = cache.kind, len(cache.watchers.all())
        objects.add_metric([kind.group, kind.plural], len(cache.items))
        if count:
            scope = "namespace" if kind.namespaced else "cluster"
            watches.add_metric(["WATCH", kind.group, kind.version, kind.plural, scope, "apiserver"], count)
            watchers.add_metric([kind.group, kind.kind], count)
    yield from (objects, watches, watchers)
    inflight = _gauge("apiserver_current_inflight_requests", "Requests that are served now.", ("request_kind",))
    mutating = sum(call.verb not in ("get", "list", "watch") for call in server.calls)
    inflight.add_metric(["mutating"], mutating)
    inflight.add_metric(["readOnly"], len(server.calls) - mutating)
    yield inflight
    revision = _gauge("apiserver_storage_revision", "etcd's revision that the watch cache has come to.")
    revision.add_metric([], server.cache.revision)
    yield revision


def _requests(server: ApiServer) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    total = CounterMetricFamily(
        "apiserver_request_total", "Counter of apiserver requests broken out by what was asked and the code.",
        labels=[*OF, "code"],
    )  # fmt: skip
    took: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0] * (len(BUCKETS) + 2))
    codes: dict[tuple[str, ...], float] = defaultdict(float)
    for key, held in server.metrics.seen.items():
        asked = Asked(*key)  # type: ignore[arg-type]  # of these types, in this order
        what = (
            asked.told_verb, "All" if asked.dry_run else "", asked.group, asked.version, asked.resource,
            asked.subresource, asked.scope, "apiserver",
        )  # fmt: skip
        codes[(*what, str(asked.code))] += sum(held[1:])
        if asked.told_verb.lower() not in LONG_RUNNING:
            took[what] = [one + other for one, other in zip(took[what], held, strict=True)]
    for labels, count in sorted(codes.items()):
        total.add_metric(labels, count)
    duration = HistogramMetricFamily(
        "apiserver_request_duration_seconds", "Response latency in cluster seconds, by what was asked.", labels=OF
    )
    for labels, held in sorted(took.items()):
        bounds = [*(str(float(bound)) for bound in BUCKETS), "+Inf"]
        duration.add_metric(labels, list(zip(bounds, accumulate(held[1:]), strict=True)), sum_value=held[0])
    yield from (total, duration)


async def _health(server: ApiServer) -> list[Any]:
    found = _gauge("kubernetes_healthcheck", "Whether a health check succeeds.", ("name", "type"))
    for word in ("healthz", "livez", "readyz"):
        for name, well in (await health.checks(server, word)).items():
            found.add_metric([name, word], int(well))
    return [found]
