"""/api/clusters/<slug>/rules/, held/, pace/ and time/: hold, release, delay and drop hops; how fast everything goes."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.wire import held, pace
from cluster.wire.pace import Pace
from cluster.wire.rule import Rule
from dashboard.api import serializers
from dashboard.api.view import View, valid
from dashboard.presenters import held_message, timekeeping


class Controlling(View):
    """Reading is for everybody who is let in, changing for the owner."""


class Rules(Controlling):
    @extend_schema(operation_id="rules_list", responses=serializers.ControlShown)
    def get(self, request: Request, slug: str) -> Response:
        control = self.cluster(slug).wire.control
        return Response(
            {
                "pace_seconds": control.pace_seconds,
                "pace": control.pace.as_dict(),
                "rules": [each.as_dict() for each in list(control.rules.values())],
                "held": [query.as_dict(hop) for hop in list(control.held.values())],
            }
        )

    @extend_schema(request=serializers.RuleBody, responses={201: serializers.RuleShown})
    def post(self, request: Request, slug: str) -> Response:
        rule = Rule(**valid(serializers.RuleBody, request))
        return Response(done(self.cluster(slug).controls.add(rule)).as_dict(), status=201)


class RuleDetail(Controlling):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, rule: int) -> Response:
        done(self.cluster(slug).controls.remove(rule))
        return Response(status=204)


class HeldDetail(Controlling):
    @extend_schema(responses=serializers.HeldShown)
    def get(self, request: Request, slug: str, hop: int) -> Response:
        try:
            return Response(held_message.one(self.cluster(slug), hop))
        except KeyError as error:
            raise NotFound(f"{hop} is not there") from error

    @extend_schema(
        request=serializers.VerdictBody,
        responses={204: None},
        description="Release, drop, duplicate, delay or edit a held hop; it is marked so for ever.",
    )
    def post(self, request: Request, slug: str, hop: int) -> Response:
        body = valid(serializers.VerdictBody, request)
        return _decided(request, self.cluster(slug), hop, **body)


class Release(Controlling):
    @extend_schema(request=None, responses={204: None}, description="Let a held hop go on.")
    def post(self, request: Request, slug: str, hop: int) -> Response:
        return _decided(request, self.cluster(slug), hop, held.RELEASE)


class Drop(Controlling):
    @extend_schema(request=None, responses={204: None}, description="Drop a held hop: its sender sees no answer.")
    def post(self, request: Request, slug: str, hop: int) -> Response:
        return _decided(request, self.cluster(slug), hop, held.DROP)


class Next(Controlling):
    @extend_schema(request=None, responses={204: None}, description="Let the hop go on that is held longest.")
    def post(self, request: Request, slug: str) -> Response:
        done(self.cluster(slug).controls.next())
        return Response(status=204)


class PaceDetail(Controlling):
    @extend_schema(responses=serializers.PaceBody)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_pace(self.cluster(slug)))

    @extend_schema(request=serializers.PaceBody, responses=serializers.PaceBody)
    def put(self, request: Request, slug: str) -> Response:
        body = valid(serializers.PaceBody, request)
        seconds = body.get("seconds", pace.SECONDS)
        mode = body.get("mode") or (pace.SLOW if seconds else pace.REAL)
        cluster = self.cluster(slug)
        done(cluster.controls.set_pace(Pace(mode, seconds or pace.SECONDS, body.get("pod", ""))))
        return Response(_pace(cluster))


class TimeDetail(Controlling):
    @extend_schema(responses=serializers.TimeShown)
    def get(self, request: Request, slug: str) -> Response:
        return Response(done(timekeeping.told(self.cluster(slug))))

    @extend_schema(
        request=serializers.TimeBody,
        responses=serializers.TimeShown,
        description="Change the rate of the cluster's clock, or go forward; a jump is answered when it is done.",
    )
    def put(self, request: Request, slug: str) -> Response:
        body, cluster = valid(serializers.TimeBody, request), self.cluster(slug)
        if "holds" in body:
            done(cluster.controls.set_holds(body["holds"]))
        if "rate" in body:
            done(cluster.controls.set_rate(body["rate"]))
        if "forward" in body:
            done(timekeeping.forward(cluster, body["forward"]))
        elif body.get("next"):
            done(timekeeping.to_next_timer(cluster))
        return Response(done(timekeeping.told(cluster)))


def done(asked: Coroutine[Any, Any, Any]) -> Any:
    """What it gives, done on the event loop; 404 for what is not there, 400 for what cannot be."""
    try:
        return FLEET.run(asked)
    except KeyError as error:
        raise NotFound(f"{error.args[0]} is not there") from error
    except ValueError as error:
        raise ValidationError({"detail": str(error)}) from error


def _decided(
    request: Request, cluster: RunningCluster, hop: int, how: str, seconds: float = 0.0, body: str = ""
) -> Response:
    async def decide() -> None:
        await cluster.controls.decide(hop, held_message.verdict(how, request.user.get_username(), seconds, body))

    done(decide())
    return Response(status=204)


def _pace(cluster: RunningCluster) -> dict[str, Any]:
    control = cluster.wire.control
    return {**control.pace.as_dict(), "seconds": control.pace_seconds}
