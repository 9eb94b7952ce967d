"""The application behind both ports: `/clusters/<slug>/…` → API server (HTTPS only), WebSockets → Channels, the rest → Django."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kubelearn.settings")

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase


class StaticFiles(ASGIStaticFilesHandler):
    """Static files; a path that leaves their folder is malformed, which Django's own handler answers with a 500."""

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return await super().get_response_async(request)
        except SuspiciousOperation:
            return HttpResponseBadRequest("not a path of a static file", content_type="text/plain")


django_application = StaticFiles(get_asgi_application())

from cluster.apiserver.asgi import KubernetesApp
from cluster.kubeadm.fleet import FLEET
from dashboard.presenters import shared
from dashboard.routing import websocket_urlpatterns

kubernetes_application = KubernetesApp(FLEET.wire_of)
websocket_application = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send each connection to its room."""
    kubernetes = scope["path"].startswith("/clusters/") and scope.get("scheme") in ("https", "wss")
    if kubernetes:
        await kubernetes_application(scope, receive, send)
    elif scope["type"] == "websocket":
        await websocket_application(scope, receive, send)
    else:
        scope[shared.ASKED] = next(shared.numbers)
        await django_application(scope, receive, send)
