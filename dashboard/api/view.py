"""What every view of /api/ shares: who may ask, how a cluster is found, how a query parameter is read.

Reading copies plain data; what changes a cluster runs on its event loop (`FLEET.run`).
"""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from dashboard.api.authentication import BearerToken


class Json(JSONParser):
    """JSON; what is nested too deep to be read is malformed."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deep") from error


class View(APIView):
    """Token or session; never open."""

    parser_classes = [Json]  # DRF's own declaration
    authentication_classes = [BearerToken, SessionAuthentication]  # DRF's own declaration

    def cluster(self, slug: str) -> RunningCluster:
        found = FLEET.get(slug)
        if found is None:
            raise NotFound(f'cluster "{slug}" not found')
        return found


def valid(kind: Any, request: Request) -> dict[str, Any]:
    """The body as `kind` (a serializer) reads it. Raises ValidationError."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def text(request: Request, name: str) -> str:
    return str(request.query_params.get(name, ""))


def number(request: Request, name: str) -> float | None:
    """A query parameter as a finite number, None when it is not given. Raises ValidationError."""
    given = text(request, name)
    if not given:
        return None
    try:
        found = float(given)
    except ValueError as error:
        raise ValidationError({name: ["not a number"]}) from error
    if not -1e15 < found < 1e15:
        raise ValidationError({name: ["out of range"]})
    return found


def integer(request: Request, name: str, default: int) -> int:
    found = number(request, name)
    return default if found is None else int(found)
