"""/api/ itself: where to go from here; and /api/schema/, the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.kubeadm.fleet import FLEET
from dashboard.api.view import View


class Root(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        here = request.build_absolute_uri("/api/")
        links = {slug: f"{here}clusters/{slug}/" for slug in sorted(FLEET.clusters)}
        return Response({"clusters": f"{here}clusters/", "schema": f"{here}schema/", **links})


class Schema(SpectacularAPIView):  # type: ignore[misc]  # it has no types
    """Token or session, like everything here."""

    authentication_classes = View.authentication_classes
    permission_classes = [IsAuthenticated]  # the view's own default is to let everybody in
