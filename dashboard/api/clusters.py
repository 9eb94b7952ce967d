"""/api/clusters/: create, delete and set up clusters; their components and power switches."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.kubeadm import demo
from cluster.kubeadm.fleet import FLEET, ClusterExists
from cluster.kubeadm.running import RunningCluster
from dashboard.api import serializers
from dashboard.api.view import View, valid
from dashboard.presenters import backlog


class Clusters(View):
    @extend_schema(operation_id="clusters_list", responses=serializers.ClusterShown(many=True))
    def get(self, request: Request) -> Response:
        return Response([_cluster(each) for each in list(FLEET.clusters.values())])

    @extend_schema(request=serializers.ClusterBody, responses={201: serializers.ClusterShown})
    def post(self, request: Request) -> Response:
        body = valid(serializers.ClusterBody, request)
        try:
            made = FLEET.run(demo.build(FLEET, body["name"], body["mode"], body["nodes"], body["control_planes"]))
        except ClusterExists as error:
            return Response({"detail": str(error)}, status=409)
        except ValueError as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(_cluster(made), status=201)


class ClusterDetail(View):
    @extend_schema(responses=serializers.ClusterShown)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_cluster(self.cluster(slug)))

    @extend_schema(request=serializers.SettingsBody, responses=serializers.ClusterShown)
    def patch(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        FLEET.run(FLEET.set_mode(slug, valid(serializers.SettingsBody, request)["mode"]))
        return Response(_cluster(self.cluster(slug)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        FLEET.run(FLEET.delete(slug))
        return Response(status=204)


class Components(View):
    @extend_schema(operation_id="components_list", responses=serializers.ComponentShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        cluster = self.cluster(slug)
        counts = backlog.backlog(cluster)
        return Response([_component(state, counts) for state in cluster.components()])


class ComponentDetail(View):
    @extend_schema(responses=serializers.ComponentShown)
    def get(self, request: Request, slug: str, component_id: str) -> Response:
        cluster = self.cluster(slug)
        try:
            return Response(_component(cluster.component(component_id), backlog.backlog(cluster)))
        except KeyError as error:
            raise NotFound(f'component "{component_id}" not found') from error

    @extend_schema(
        request=serializers.RunningBody,
        responses=serializers.ComponentShown,
        description="Start or stop a component, a loop of the controller manager, or a whole node (`node.worker-1`).",
    )
    def patch(self, request: Request, slug: str, component_id: str) -> Response:
        cluster = self.cluster(slug)
        running = valid(serializers.RunningBody, request)["running"]
        try:
            FLEET.run(cluster.start(component_id) if running else cluster.stop(component_id))
            if component_id.startswith("node."):
                return Response({"id": component_id, "running": running, "backlog": 0, "inspect": {}})
            return Response(_component(cluster.component(component_id), backlog.backlog(cluster)))
        except KeyError as error:
            raise NotFound(f'component "{component_id}" not found') from error


def _cluster(cluster: RunningCluster) -> dict[str, Any]:
    return {
        "name": cluster.slug,
        "mode": cluster.row.mode,
        "created": cluster.row.created,
        "control_planes": cluster.row.control_planes,
        "time": cluster.clock.now(),
        "components": len(cluster.components()),
        "stopped": list(cluster.row.stopped),
    }


def _component(state: Any, counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    waiting = sum(counts.get(state.id, {}).values())
    return {"id": state.id, "running": state.running, "backlog": waiting, "inspect": state.inspect}
