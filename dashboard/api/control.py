"""/api/clusters/<slug>/rules/, held/ and pace/: hold, release, delay and drop hops; how fast they travel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.kubeadm.fleet import FLEET
from cluster.recorder import query
from cluster.wire.control import Rule
from dashboard.api import serializers
from dashboard.api.view import View, valid


class Rules(View):
    @extend_schema(operation_id="rules_list", responses=serializers.ControlShown)
    def get(self, request: Request, slug: str) -> Response:
        control = self.cluster(slug).wire.control
        return Response(
            {
                "pace_seconds": control.pace_seconds,
                "rules": [_rule(each) for each in list(control.rules.values())],
                "held": [query.as_dict(hop) for hop in list(control.held.values())],
            }
        )

    @extend_schema(request=serializers.RuleBody, responses={201: serializers.RuleShown})
    def post(self, request: Request, slug: str) -> Response:
        rule = Rule(**valid(serializers.RuleBody, request))
        FLEET.run(_call(self.cluster(slug).wire.control.add, rule))
        return Response(_rule(rule), status=201)


class RuleDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, rule: int) -> Response:
        return _done(self.cluster(slug).wire.control.remove, rule)


class Release(View):
    @extend_schema(request=None, responses={204: None}, description="Let a held hop go on.")
    def post(self, request: Request, slug: str, hop: int) -> Response:
        return _done(self.cluster(slug).wire.control.release, hop)


class Drop(View):
    @extend_schema(request=None, responses={204: None}, description="Drop a held hop: its sender sees no answer.")
    def post(self, request: Request, slug: str, hop: int) -> Response:
        return _done(self.cluster(slug).wire.control.drop, hop)


class Pace(View):
    @extend_schema(responses=serializers.PaceBody)
    def get(self, request: Request, slug: str) -> Response:
        return Response({"seconds": self.cluster(slug).wire.control.pace_seconds})

    @extend_schema(request=serializers.PaceBody, responses=serializers.PaceBody)
    def put(self, request: Request, slug: str) -> Response:
        seconds = valid(serializers.PaceBody, request)["seconds"]
        FLEET.run(_call(self.cluster(slug).wire.control.set_pace, seconds))
        return Response({"seconds": seconds})


async def _call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def _done(function: Callable[[int], Any], number: int) -> Response:
    try:
        FLEET.run(_call(function, number))
    except KeyError as error:
        raise NotFound(f"{number} is not there") from error
    return Response(status=204)


def _rule(rule: Rule) -> dict[str, Any]:
    names = ("id", "action", "source", "target", "verb", "resource", "name", "delay_seconds", "once", "matches")
    return {name: getattr(rule, name) for name in names}
