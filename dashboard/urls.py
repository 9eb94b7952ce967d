"""The pages' paths."""

from django.urls import path

from dashboard.pages import clusters, diagram, login

urlpatterns = [
    path("", clusters.clusters, name="clusters"),
    path("c/<slug:slug>/", diagram.diagram, name="diagram"),
    path("c/<slug:slug>/story/", diagram.story, name="story"),
    path("c/<slug:slug>/wire/", diagram.wire, name="wire"),
    path("c/<slug:slug>/hop/<int:hop>/", diagram.hop, name="hop"),
    path("c/<slug:slug>/pods/", diagram.create_pod, name="create-pod"),
    path("c/<slug:slug>/power/<str:component_id>/", diagram.power, name="power"),
    path("login/", login.login_page, name="login"),
    path("login/<str:token>/", login.login_link, name="login-link"),
    path("logout/", login.logout_page, name="logout"),
]
