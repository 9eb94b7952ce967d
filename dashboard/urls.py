"""The pages' paths."""

from django.urls import path

from dashboard.pages import (
    actions,
    breakpoints,
    clusters,
    diagram,
    faults,
    login,
    opened,
    past,
    search,
    transport,
    wire,
)

C = "c/<slug:slug>/"
urlpatterns = [
    path("", clusters.clusters, name="clusters"),
    path(C, diagram.diagram, name="diagram"),
    path(C + "story/", diagram.story, name="story"),
    path(C + "wire/", wire.wire, name="wire"),
    path(C + "hop/<int:hop>/", wire.hop, name="hop"),
    path(C + "chart/", wire.chart, name="chart"),
    path(C + "object/", opened.show, name="object"),
    path(C + "search/", search.search, name="search"),
    path(C + "past/", past.frame, name="past"),
    path(C + "fork/", past.fork, name="fork"),
    path(C + "edit/", opened.edit, name="edit"),
    path(C + "try/<str:component_id>/<str:what>/", opened.try_without, name="try"),
    path(C + "reconcile/<str:loop>/", opened.reconcile, name="reconcile"),
    path(C + "kubeconfig/", diagram.kubeconfig, name="kubeconfig"),
    path(C + "pods/", actions.create_pod, name="create-pod"),
    path(C + "pods/<str:namespace>/<str:name>/delete/", actions.delete_pod, name="delete-pod"),
    path(C + "power/<str:component_id>/", actions.power, name="power"),
    path(C + "nodes/<str:name>/<str:action>/", actions.act_on_node, name="act-on-node"),
    path(C + "pace/", transport.pace, name="pace"),
    path(C + "breakpoints/", breakpoints.breakpoints, name="breakpoints"),
    path(C + "breakpoints/<int:number>/<str:how>/", breakpoints.change, name="breakpoint"),
    path(C + "faults/", faults.faults, name="faults"),
    path(C + "faults/mend/", faults.mend, name="mend"),
    path(C + "held/<int:hop>/edited/", transport.edit, name="edit-held"),
    path(C + "held/next/", transport.step, name="step"),
    path(C + "held/<int:hop>/<str:how>/", transport.held, name="held"),
    path(C + "timers/", transport.time, name="timers"),
    path(C + "time/", transport.change_time, name="time"),
    path(C + "settings/", clusters.settings, name="settings"),
    path(C + "delete/", clusters.delete, name="delete-cluster"),
    path("login/", login.login_page, name="login"),
    path("login/<str:token>/", login.login_link, name="login-link"),
    path("logout/", login.logout_page, name="logout"),
]
