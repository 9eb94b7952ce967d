"""The paths of /api/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from dashboard.api import views

C = "clusters/<slug:slug>/"
urlpatterns = [
    path(
        "schema/", SpectacularAPIView.as_view(authentication_classes=views.View.authentication_classes), name="schema"
    ),
    path("clusters/", views.Clusters.as_view()),
    path(C, views.ClusterDetail.as_view()),
    path(C + "components/", views.Components.as_view()),
    path(C + "components/<str:component_id>/", views.ComponentDetail.as_view()),
    path(C + "hops/", views.Hops.as_view()),
    path(C + "hops/<int:hop>/", views.HopDetail.as_view()),
    path(C + "journeys/", views.Journeys.as_view()),
    path(C + "journeys/<str:uid>/", views.JourneyDetail.as_view()),
    path(C + "keys/", views.Keys.as_view()),
    path(C + "revisions/", views.Revisions.as_view()),
    path(C + "decisions/", views.Decisions.as_view()),
    path(C + "rules/", views.Rules.as_view()),
    path(C + "rules/<int:rule>/", views.RuleDetail.as_view()),
    path(C + "held/<int:hop>/<str:how>/", views.HeldHop.as_view()),
    path(C + "pace/", views.Pace.as_view()),
]
