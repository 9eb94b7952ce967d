"""Which room answers which path. `/clusters/…` is answered by the API server, before Django (`kubelearn.asgi`)."""

from django.urls import include, path

from kubelearn import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/", include("dashboard.api.urls")),
    path("", include("dashboard.urls")),
]
