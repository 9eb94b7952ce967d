"""The road of a request, as data: the server runs this list, the dashboard draws it.

parse → authenticate → prioritize → authorize → serve; serving a write goes on through decode, default, admit, validate and store
(`verbs.writing`). Whatever stops a request is a Status; the stage where it stopped is remembered in the answer's
header `x-kubelearn-stage`. An unexpected error is a 500 Status and is logged, never a hang.
Models: apiserver/pkg/server/config.go DefaultBuildHandlerChain v1.37
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cluster.apimachinery import fields, status
from cluster.apimachinery.status import ApiError
from cluster.apiserver import answer, deadline, encoding, health, nonresource, proxy
from cluster.apiserver import call as calls
from cluster.apiserver.aggregation import passing
from cluster.apiserver.authz import impersonation
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.authz.node import node_of
from cluster.apiserver.call import Call
from cluster.apiserver.verbs import VERBS
from cluster.wire.message import ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

STAGE_HEADER = "x-kubelearn-stage"

logger = logging.getLogger(__name__)


async def authenticate(server: ApiServer, call: Call) -> None:
    """Who is asking? 401 when nobody known."""
    try:
        call.user = server.authenticator.authenticate(call.request)
    finally:
        if server.audit is not None:
            server.audit.begin(call, call.user)


async def prioritize(server: ApiServer, call: Call) -> None:
    """Whose turn is it? Events give way to others."""
    await server.flow.give_way(call)


async def authorize(server: ApiServer, call: Call) -> None:
    """May they, or the user they act as? 403 with upstream's sentence when not."""
    assert call.user is not None
    if impersonation.asked(call.request.headers):
        call.user = impersonation.become(call.user, call.request.headers, server.authorizer)
    server.authorizer.authorize(call.user, _attributes(call))


def _attributes(call: Call) -> Attributes:
    kind = call.kind
    if call.plural:
        where = call.subresource, call.namespace, call.name
        return Attributes(call.verb, call.group, call.version, call.plural, *where)
    if kind is None:
        return Attributes(call.request.verb.lower(), path=call.path)
    name, node_name = call.name, ""
    if not name and (text := call.query.get("fieldSelector")):
        try:
            chosen = fields.parse(text)
        except ValueError as error:
            raise status.bad_request(str(error)) from error
        name = chosen.requires("metadata.name") or ""
        node_name = (chosen.requires("spec.nodeName") or "") if call.user and node_of(call.user) else ""
    namespace = call.namespace if kind.namespaced or kind.built_in == "Namespace" else ""
    return Attributes(
        call.verb, call.group, call.version, kind.plural, call.subresource, namespace, name, node=node_name
    )


async def serve(server: ApiServer, call: Call) -> Response:
    """Do what is asked, in the time that the client gives. ApiError 504 when it is late."""
    if "timeout" in call.request.query and deadline.is_limited(call):
        return await deadline.within(server.clock, call, _do(server, call))
    return await _do(server, call)


async def _do(server: ApiServer, call: Call) -> Response:
    if call.remote is not None:
        return await passing.serve(server, call)
    if call.kind is None:
        return await nonresource.serve(server, call)
    if call.subresource not in CONNECTED:
        answer.form_of(call)  # what cannot be answered is not done
    if call.kind.deprecated:
        call.warnings.append(call.kind.deprecated)
    if call.subresource == calls.PROXY:
        return await proxy.serve(server, call)
    return await VERBS[call.verb](server, call)


Stage = Callable[["ApiServer", Call], Awaitable[Response | None]]
STAGES: tuple[Stage, ...] = (authenticate, prioritize, authorize, serve)


CONNECTED = frozenset({calls.PROXY, "exec", "attach", "portforward"})
"""Doors behind which somebody else answers."""


async def handle(server: ApiServer, request: Request) -> Response:
    """The answer to any request, in the form that the client asked for."""
    begun = server.clock.now()
    response, call = await _served(server, request)
    if call is not None:
        server.metrics.count(call, response.status, server.clock.now() - begun)
        if call.audit is not None and server.audit is not None:
            server.audit.end(call, response)
    return response if encoding.is_plain(request) else await encoding.finish(request, call, response)


async def _served(server: ApiServer, request: Request) -> tuple[Response, Call | None]:
    call: Call | None = None
    try:
        if request.path in health.OPEN_PATHS:
            return await health.answer(server, request), None
        call = server.aggregation.call_of(request) if server.aggregation.remote else None
        call = call or calls.parse(request, server.registry)
        server.calls.add(call)
        await server.loaded()
        for stage in STAGES:
            call.stage = stage.__name__
            response = await stage(server, call)
            if response is not None:
                return response, call
        raise status.internal("no stage answered")
    except ApiError as error:
        server.refused += 1
        return refusal(error, call.stage if call else "parse"), call
    except ConnectionLost:
        raise
    except RecursionError:
        return refusal(status.bad_request("json: exceeded max depth"), call.stage if call else "parse"), call
    except Exception as error:
        logger.exception("a request failed: %s %s", request.verb, request.path)
        return refusal(status.internal(f"{type(error).__name__}: {error}"), call.stage if call else "parse"), call
    finally:
        if call is not None:
            server.calls.discard(call)


def refusal(error: ApiError, stage: str) -> Response:
    headers = {"content-type": "application/json", STAGE_HEADER: stage}
    retry = (error.status.get("details") or {}).get("retryAfterSeconds")
    if retry:
        headers["retry-after"] = str(retry)
    return Response(error.code, Payload(object=error.status), headers)
