"""/api/clusters/<slug>/hops/ and journeys/: what the wire saw, and a pod's fourteen steps read from it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.recorder import query
from cluster.recorder.query import Filter
from dashboard.api import serializers
from dashboard.api.schema import LIMIT, parameter
from dashboard.api.view import View, integer, number, text
from dashboard.presenters import journey

HOP_FILTERS = [
    parameter("object", "text", "`pods/default/web` or `nodes/worker-1`; the plural alone takes all of its kind."),
    parameter("uid", "text", "The object's uid."),
    parameter("edge", "text", "`source,target`: messages of one edge of the diagram, in that direction."),
    parameter("source", "text", "Who sent it."),
    parameter("target", "text", "Whom it was sent to."),
    parameter("verb", "text", "`GET`, `Txn`, `WATCH`, …"),
    parameter("since", "number", "From this moment on (cluster seconds)."),
    parameter("until", "number", "Up to this moment (cluster seconds)."),
    parameter("after", "integer", "Newer than this hop."),
    LIMIT,
]


class Hops(View):
    @extend_schema(operation_id="hops_list", parameters=HOP_FILTERS, responses=serializers.HopShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response(query.hops(self.cluster(slug).wire, wanted(request)))


class HopDetail(View):
    @extend_schema(responses=serializers.HopWithBodies)
    def get(self, request: Request, slug: str, hop: int) -> Response:
        found = query.hop(self.cluster(slug).wire, hop)
        if found is None:
            raise NotFound(f"hop {hop} is not kept")
        return Response(found)


class Journeys(View):
    @extend_schema(operation_id="journeys_list", parameters=[LIMIT], responses=serializers.JourneyShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        limit = max(1, min(integer(request, "limit", 50), journey.MOST))
        return Response(journey.journeys(self.cluster(slug), limit))


class JourneyDetail(View):
    @extend_schema(responses=serializers.JourneyShown)
    def get(self, request: Request, slug: str, uid: str) -> Response:
        found = journey.by_uid(self.cluster(slug), uid)
        if found is None:
            raise NotFound(f"no journey of pod {uid} is kept")
        return Response(found)


def wanted(request: Request) -> Filter:
    """The hops that the query asks for. Raises ValidationError."""
    resource, _, rest = text(request, "object").partition("/")
    namespace, _, name = rest.rpartition("/")
    source, target = text(request, "source"), text(request, "target")
    if edge := text(request, "edge"):
        ends: Any = edge.split(",")
        if len(ends) != 2:
            raise ValidationError({"edge": ['an edge is "source,target"']})
        source, target = ends
    return Filter(
        resource=resource,
        namespace=namespace,
        name=name,
        uid=text(request, "uid"),
        source=source,
        target=target,
        verb=text(request, "verb"),
        since=number(request, "since"),
        until=number(request, "until"),
        after_hop=integer(request, "after", 0),
        limit=integer(request, "limit", 200),
    )
