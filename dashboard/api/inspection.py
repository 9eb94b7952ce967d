"""/api/clusters/<slug>/components/<id>/inspect/<page>: a component's own inspection pages, and what-if questions."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from dashboard.api import serializers
from dashboard.api.view import View
from dashboard.presenters.looking import look


class Inspect(View):
    """Read-only, and no message of the cluster: it is not recorded, and nothing is written."""

    permission_classes = [IsAuthenticated]  # a question may have a body

    @extend_schema(
        operation_id="components_inspect",
        responses=serializers.PageShown,
        description="`statusz`, `configz` or `debug/…`; the query is what is asked.",
    )
    def get(self, request: Request, slug: str, component_id: str, page: str) -> Response:
        return self._look(slug, component_id, page, dict(request.query_params.items()))

    @extend_schema(
        operation_id="components_ask",
        request=serializers.QuestionBody,
        responses=serializers.PageShown,
        description="As GET, for questions that need a body: `debug/what-if` of the scheduler takes `{pod}`.",
    )
    def post(self, request: Request, slug: str, component_id: str, page: str) -> Response:
        if not isinstance(request.data, dict):
            raise ValidationError({"detail": "the body is an object"})
        return self._look(slug, component_id, page, request.data)

    def _look(self, slug: str, component_id: str, page: str, asked: dict[str, object]) -> Response:
        cluster, path = self.cluster(slug), f"/{page}"
        if path not in cluster.wire.inspections.paths(component_id):
            raise NotFound(f'"{component_id}" does not run, or has no page {path}')
        try:
            return Response(
                {"component": component_id, "page": path, "content": look(cluster, component_id, path, **asked)}
            )
        except ValueError as error:
            raise ValidationError({"detail": str(error)}) from error
