"""The WebSockets' paths."""

from django.urls import path

from dashboard.consumers.diagram import DiagramConsumer
from dashboard.consumers.terminal import TerminalConsumer

websocket_urlpatterns = [
    path("ws/c/<slug:slug>/", DiagramConsumer.as_asgi()),
    path("ws/c/<slug:slug>/terminal/", TerminalConsumer.as_asgi()),
]
