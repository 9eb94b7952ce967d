"""/api/clusters/<slug>/faults/: everything that is broken; break more, and mend."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboard.api import serializers
from dashboard.api.control import Controlling, done
from dashboard.api.view import valid
from dashboard.presenters import breaking


class Faults(Controlling):
    @extend_schema(operation_id="faults_list", responses=serializers.FaultShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response([each.as_dict() for each in self.cluster(slug).faults.listed()])

    @extend_schema(request=serializers.FaultBody, responses={201: serializers.FaultShown})
    def post(self, request: Request, slug: str) -> Response:
        cluster = self.cluster(slug)
        fault_id = done(breaking.break_(cluster, valid(serializers.FaultBody, request)))
        found = next(each for each in cluster.faults.listed() if each.id == fault_id)
        return Response(found.as_dict(), status=201)


class FaultDetail(Controlling):
    @extend_schema(responses={204: None}, description="Mend it.")
    def delete(self, request: Request, slug: str, fault: str) -> Response:
        done(self.cluster(slug).faults.mend(fault))
        return Response(status=204)
