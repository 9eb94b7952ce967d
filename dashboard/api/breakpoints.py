"""/api/clusters/<slug>/breakpoints/: where messages are held, how often that was hit; on, off and away."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.kubeadm.running import RunningCluster
from dashboard.api import serializers
from dashboard.api.control import Controlling, done
from dashboard.api.view import valid
from dashboard.presenters import breakpoint


class Breakpoints(Controlling):
    @extend_schema(operation_id="breakpoints_list", responses=serializers.BreakpointShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response(breakpoint.listed(self.cluster(slug)))

    @extend_schema(request=serializers.BreakpointBody, responses={201: serializers.BreakpointShown})
    def post(self, request: Request, slug: str) -> Response:
        cluster, body = self.cluster(slug), valid(serializers.BreakpointBody, request)

        async def add() -> int:
            return (await cluster.controls.add(breakpoint.read(cluster.registry, body))).id

        return Response(_one(cluster, done(add())), status=201)


class BreakpointDetail(Controlling):
    @extend_schema(request=serializers.EnabledBody, responses=serializers.BreakpointShown)
    def patch(self, request: Request, slug: str, number: int) -> Response:
        cluster, enabled = self.cluster(slug), valid(serializers.EnabledBody, request)["enabled"]
        _one(cluster, number)
        done(cluster.controls.enable(number, enabled))
        return Response(_one(cluster, number))

    @extend_schema(responses={204: None}, description="Take it away; what it holds is released.")
    def delete(self, request: Request, slug: str, number: int) -> Response:
        cluster = self.cluster(slug)
        _one(cluster, number)
        done(cluster.controls.remove(number, release=True))
        return Response(status=204)


def _one(cluster: RunningCluster, number: int) -> dict[str, Any]:
    found = next((each for each in breakpoint.listed(cluster) if each["id"] == number), None)
    if found is None:
        raise NotFound(f"there is no breakpoint {number}")
    return found
