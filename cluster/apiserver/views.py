"""The Kubernetes API as a DRF view: an APIView whose `answer` is async and hands the request to the wire.

Bodies are passed on as bytes: the API server reads them once, by the kind's schema. DRF's renderers would serialise
again what the API server has as bytes already, so the renderer passes them through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.views import APIView

from cluster.wire import component
from cluster.wire.message import REPEATED, Payload, Request, Response
from cluster.wire.transport import Wire

LISTED = ("command", "exclude")
"""The parameters that are lists."""
AGENTS = {"kubectl": component.KUBECTL, "web-form": component.WEB_FORM}


class PassThrough(BaseRenderer):  # type: ignore[misc]  # DRF has no types
    """The API server's bytes, as they are."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        return data


class ServerDecides(BaseContentNegotiation):  # type: ignore[misc]  # DRF has no types
    """Kubernetes negotiates by parameters that DRF does not read; the API server does."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class KubernetesView(APIView):  # type: ignore[misc]  # DRF has no types
    """One request to one cluster's API server. Authentication and permission are the API server's own stages."""

    authentication_classes: list[Any] = []  # DRF's own declaration
    permission_classes: list[Any] = []  # DRF's own declaration
    renderer_classes = [PassThrough]  # DRF's own declaration
    content_negotiation_class = ServerDecides

    async def answer(self, wire: Wire, request: Request) -> Response:
        """Ask the API server. Raises ConnectionLost when it is stopped."""
        agent = request.headers.get("user-agent", "").split("/", 1)[0].split(" ", 1)[0]
        return await wire.call(AGENTS.get(agent, agent or "client"), component.APISERVER, request)

    def __init__(self) -> None:
        super().__init__()
        self._renderer, self._media_type = self.get_content_negotiator().select_renderer(None, self.get_renderers())

    def rendered(self, response: Response) -> bytes:
        """The answer's body, by DRF's renderer; DRF's own response object would cost as much as half of the API's work."""
        content: bytes = self._renderer.render(response.body.raw, self._media_type, {"view": self})
        return content


def request_of(scope: dict[str, Any], path: str, body: bytes, certificate: bytes | None) -> Request:
    """The wire's request for an ASGI scope."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if len(headers) < len(scope["headers"]):
        headers = _joined(scope["headers"])
    query = _query(scope["query_string"].decode("latin-1")) if scope["query_string"] else {}
    return Request(
        scope.get("method", "GET"), path, query, headers, Payload(raw=body) if body else Payload(), certificate
    )


def _query(text: str) -> dict[str, str]:
    """The parameters; of one that came more than once the last counts, but the parts of a command are kept all."""
    pairs = parse_qsl(text, keep_blank_values=True)
    query = dict(pairs)
    for listed in LISTED:
        if listed in query:
            query[listed] = REPEATED.join(value for name, value in pairs if name == listed)
    return query


def _joined(lines: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers of which some came more than once (`kubectl --as-group=a --as-group=b`): values joined by commas, as HTTP
    has it."""
    found: dict[str, str] = {}
    for name, value in lines:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
