"""The WebSockets' paths."""

from django.urls import path

from dashboard.consumers.diagram import DiagramConsumer

websocket_urlpatterns = [path("ws/c/<slug:slug>/", DiagramConsumer.as_asgi())]
