"""/api/clusters/<slug>/keys/, revisions/ and decisions/: what etcd holds, its history, and why the scheduler chose."""

from __future__ import annotations

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.recorder import query
from dashboard.api import serializers
from dashboard.api.schema import LIMIT, parameter
from dashboard.api.view import View, integer, text
from dashboard.presenters import revisions

KEYS_OR_VALUE = PolymorphicProxySerializer(
    component_name="KeysOrValue",
    serializers=[serializers.KeyShown(many=True), serializers.ValueShown],
    resource_type_field_name=None,
    many=False,
)


class Keys(View):
    @extend_schema(
        operation_id="keys_list",
        parameters=[
            parameter("prefix", "text", "Keys that begin so."),
            parameter("key", "text", "This key's value, decoded, instead of the list."),
            parameter("revision", "integer", "The value as it was at this revision."),
            LIMIT,
        ],
        responses=KEYS_OR_VALUE,
    )
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        if key := text(request, "key"):
            try:
                return Response({"key": key, "value": revisions.value(slug, key, integer(request, "revision", 0))})
            except revisions.EtcdError as error:
                raise ValidationError({"revision": [str(error)]}) from error
        return Response(revisions.keys(slug, text(request, "prefix"), integer(request, "limit", 500)))


class Revisions(View):
    @extend_schema(
        operation_id="revisions_list",
        parameters=[
            parameter("key", "text", "Writes of this key alone."),
            parameter("after", "integer", "Newer than this revision."),
            LIMIT,
        ],
        responses=serializers.RevisionShown(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        after, limit = integer(request, "after", 0), integer(request, "limit", 100)
        return Response(revisions.revisions(slug, text(request, "key"), after, limit))


class Decisions(View):
    @extend_schema(
        operation_id="decisions_list",
        parameters=[
            parameter("namespace", "text", "Of pods in this namespace."),
            parameter("pod", "text", "Of the pod of this name."),
            LIMIT,
        ],
        responses=serializers.DecisionShown(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        found = query.decisions(slug, text(request, "namespace"), text(request, "pod"), integer(request, "limit", 50))
        return Response(found)
