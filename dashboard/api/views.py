"""The views of /api/. Reading copies plain data; what changes a cluster runs on its event loop (`FLEET.run`)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cluster.kubeadm import demo
from cluster.kubeadm.fleet import FLEET, ClusterExists
from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire.control import Rule
from dashboard.api.authentication import BearerToken
from dashboard.presenters import journey, revisions


class View(APIView):
    """Token or session; never open."""

    authentication_classes = [BearerToken, SessionAuthentication]  # DRF's own declaration

    def cluster(self, slug: str) -> RunningCluster:
        found = FLEET.get(slug)
        if found is None:
            raise NotFound(f'cluster "{slug}" not found')
        return found


class ClusterBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=63)
    mode = serializers.ChoiceField(["course", "upstream"], default="course")
    nodes = serializers.IntegerField(min_value=0, max_value=100, default=3)


class ModeBody(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(["course", "upstream"])


class RunningBody(serializers.Serializer[Any]):
    running = serializers.BooleanField()


class RuleBody(serializers.Serializer[Any]):
    action = serializers.ChoiceField(["hold", "delay", "drop"])
    source = serializers.CharField(default="*")
    target = serializers.CharField(default="*")
    verb = serializers.CharField(default="", allow_blank=True)
    name = serializers.CharField(default="", allow_blank=True)
    delay_seconds = serializers.FloatField(min_value=0, max_value=3600, default=0)


class Clusters(View):
    @extend_schema(responses=dict)
    def get(self, request: Request) -> Response:
        return Response([_cluster(each) for each in list(FLEET.clusters.values())])

    @extend_schema(request=ClusterBody, responses=dict)
    def post(self, request: Request) -> Response:
        body = _valid(ClusterBody, request)
        nodes = (demo.CONTROL_PLANE, *(f"worker-{number + 1}" for number in range(body["nodes"])))
        try:
            made = FLEET.run(FLEET.create(body["name"], mode=body["mode"], nodes=nodes))
        except ClusterExists as error:
            return Response({"detail": str(error)}, status=409)
        except ValueError as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(_cluster(made), status=201)


class ClusterDetail(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_cluster(self.cluster(slug)))

    @extend_schema(request=ModeBody, responses=dict)
    def patch(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        FLEET.run(FLEET.set_mode(slug, _valid(ModeBody, request)["mode"]))
        return Response(_cluster(self.cluster(slug)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        FLEET.run(FLEET.delete(slug))
        return Response(status=204)


class Components(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        cluster = self.cluster(slug)
        counts = journey.backlog(journey.journeys(cluster))
        return Response([{**_component(state), "backlog": counts.get(state.id, 0)} for state in cluster.components()])


class ComponentDetail(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str, component_id: str) -> Response:
        try:
            return Response(_component(self.cluster(slug).component(component_id)))
        except KeyError as error:
            raise NotFound(f'component "{component_id}" not found') from error

    @extend_schema(request=RunningBody, responses=dict)
    def patch(self, request: Request, slug: str, component_id: str) -> Response:
        cluster = self.cluster(slug)
        running = _valid(RunningBody, request)["running"]
        try:
            FLEET.run(cluster.start(component_id) if running else cluster.stop(component_id))
            if component_id.startswith("node."):
                return Response({"id": component_id, "running": running})
            return Response(_component(cluster.component(component_id)))
        except KeyError as error:
            raise NotFound(f'component "{component_id}" not found') from error


class Hops(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        wanted = request.query_params
        resource, _, rest = wanted.get("object", "").partition("/")
        namespace, _, name = rest.rpartition("/")
        chosen = Filter(
            resource=resource,
            namespace=namespace,
            name=name,
            uid=wanted.get("uid", ""),
            source=wanted.get("source", ""),
            target=wanted.get("target", ""),
            verb=wanted.get("verb", ""),
            since=_number(wanted, "since"),
            until=_number(wanted, "until"),
            after_hop=int(_number(wanted, "after") or 0),
            limit=int(_number(wanted, "limit") or 200),
        )
        return Response(query.hops(self.cluster(slug).wire, chosen))


class HopDetail(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str, hop: int) -> Response:
        found = query.hop(self.cluster(slug).wire, hop)
        if found is None:
            raise NotFound(f"hop {hop} is not kept")
        return Response(found)


class Journeys(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        return Response(journey.journeys(self.cluster(slug), int(_number(request.query_params, "limit") or 50)))


class JourneyDetail(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str, uid: str) -> Response:
        found = journey.by_uid(self.cluster(slug), uid)
        if found is None:
            raise NotFound(f"no journey of pod {uid} is kept")
        return Response(found)


class Keys(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        wanted = request.query_params
        if "key" in wanted:
            revision = int(_number(wanted, "revision") or 0)
            try:
                value = revisions.value(slug, wanted["key"], revision)
            except revisions.EtcdError as error:
                raise ValidationError({"revision": str(error)}) from error
            return Response({"key": wanted["key"], "value": value})
        return Response(revisions.keys(slug, wanted.get("prefix", ""), int(_number(wanted, "limit") or 500)))


class Revisions(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        wanted = request.query_params
        after, limit = int(_number(wanted, "after") or 0), int(_number(wanted, "limit") or 100)
        return Response(revisions.revisions(slug, wanted.get("key", ""), after, limit))


class Decisions(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        self.cluster(slug)
        wanted = request.query_params
        limit = int(_number(wanted, "limit") or 50)
        return Response(query.decisions(slug, wanted.get("namespace", ""), wanted.get("pod", ""), limit))


class Rules(View):
    @extend_schema(responses=dict)
    def get(self, request: Request, slug: str) -> Response:
        control = self.cluster(slug).wire.control
        held = [query.as_dict(hop) for hop in list(control.held.values())]
        return Response(
            {
                "pace_seconds": control.pace_seconds,
                "rules": [_rule(each) for each in list(control.rules.values())],
                "held": held,
            }
        )

    @extend_schema(request=RuleBody, responses=dict)
    def post(self, request: Request, slug: str) -> Response:
        rule = Rule(**_valid(RuleBody, request))
        FLEET.run(_call(self.cluster(slug).wire.control.add, rule))
        return Response(_rule(rule), status=201)


class RuleDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, rule: int) -> Response:
        return _done(self.cluster(slug).wire.control.remove, rule)


class HeldHop(View):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, slug: str, hop: int, how: str) -> Response:
        control = self.cluster(slug).wire.control
        return _done(control.release if how == "release" else control.drop, hop)


class Pace(View):
    @extend_schema(responses=dict)
    def put(self, request: Request, slug: str) -> Response:
        seconds = request.data.get("seconds") if isinstance(request.data, dict) else None
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 60:
            raise ValidationError({"seconds": ["a number from 0 to 60"]})
        FLEET.run(_call(self.cluster(slug).wire.control.set_pace, float(seconds)))
        return Response({"seconds": seconds})


async def _call(function: Any, *args: Any) -> Any:
    return function(*args)


def _done(function: Any, number: int) -> Response:
    try:
        FLEET.run(_call(function, number))
    except KeyError as error:
        raise NotFound(f"{number} is not there") from error
    return Response(status=204)


def _valid(kind: Any, request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _number(wanted: Any, name: str) -> float | None:
    text = wanted.get(name)
    if text in (None, ""):
        return None
    try:
        return float(text)
    except ValueError as error:
        raise ValidationError({name: ["not a number"]}) from error


def _cluster(cluster: RunningCluster) -> dict[str, Any]:
    states = cluster.components()
    return {
        "name": cluster.slug,
        "mode": cluster.row.mode,
        "created": cluster.row.created,
        "time": cluster.clock.now(),
        "components": len(states),
        "stopped": list(cluster.row.stopped),
    }


def _component(state: Any) -> dict[str, Any]:
    return {"id": state.id, "running": state.running, "inspect": state.inspect}


def _rule(rule: Rule) -> dict[str, Any]:
    names = ("id", "action", "source", "target", "verb", "name", "delay_seconds", "matches")
    return {name: getattr(rule, name) for name in names}
