"""What an owner does now and then: snapshots of etcd, a kubeconfig, a new login link."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.kubeadm import backup
from cluster.kubeadm.fleet import FLEET
from dashboard import login
from dashboard.api import serializers
from dashboard.api.view import View, valid
from dashboard.permission import OwnerOnly


class Snapshots(View):
    @extend_schema(operation_id="snapshots_list", responses=serializers.SnapshotShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        return Response(backup.listed(settings.DATA_DIR, slug))

    @extend_schema(request=serializers.SnapshotBody, responses={201: serializers.SnapshotMade})
    def post(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        name = valid(serializers.SnapshotBody, request)["name"]
        try:
            return Response(backup.save(settings.DATA_DIR, slug, name), status=201)
        except FileExistsError as error:
            return Response({"detail": str(error)}, status=409)
        except ValueError as error:
            raise ValidationError({"name": [str(error)]}) from error


class RestoreSnapshot(View):
    @extend_schema(request=None, responses=serializers.Restored)
    def post(self, request: Request, slug: str, name: str) -> Response:
        cluster = self.cluster(slug)
        try:
            return Response({"revision": FLEET.run(backup.restore(cluster, name))})
        except FileNotFoundError as error:
            raise NotFound(str(error)) from error
        except ValueError as error:
            raise ValidationError({"name": [str(error)]}) from error


class SnapshotDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, name: str) -> Response:
        self.cluster(slug)
        try:
            backup.path_of(settings.DATA_DIR, slug, name).unlink()
        except (ValueError, FileNotFoundError) as error:
            raise NotFound(f'snapshot "{name}" not found') from error
        return Response(status=204)


class Kubeconfig(View):
    permission_classes = [OwnerOnly]  # DRF's own declaration

    @extend_schema(responses=serializers.KubeconfigShown)
    def get(self, request: Request, slug: str) -> Response:
        return Response({"kubeconfig": self.cluster(slug).kubeconfig()})


class LoginLink(View):
    """A fresh one-time link to the pages; the one before stops working."""

    @extend_schema(request=None, responses={201: serializers.LinkShown})
    def post(self, request: Request) -> Response:
        asked: HttpRequest = request._request
        return Response({"link": asked.build_absolute_uri(login.make_link())}, status=201)
