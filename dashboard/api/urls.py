"""The paths of /api/."""

from django.urls import path

from dashboard.api import breakpoints, clusters, control, faults, hops, inspection, operations, root, store

C = "clusters/<slug:slug>/"
urlpatterns = [
    path("", root.Root.as_view()),
    path("schema/", root.Schema.as_view(), name="schema"),
    path("login-link/", operations.LoginLink.as_view()),
    path("clusters/", clusters.Clusters.as_view()),
    path(C, clusters.ClusterDetail.as_view()),
    path(C + "components/", clusters.Components.as_view()),
    path(C + "components/<str:component_id>/", clusters.ComponentDetail.as_view()),
    path(C + "components/<str:component_id>/inspect/<path:page>", inspection.Inspect.as_view()),
    path(C + "hops/", hops.Hops.as_view()),
    path(C + "hops/<int:hop>/", hops.HopDetail.as_view()),
    path(C + "journeys/", hops.Journeys.as_view()),
    path(C + "journeys/<str:uid>/", hops.JourneyDetail.as_view()),
    path(C + "keys/", store.Keys.as_view()),
    path(C + "revisions/", store.Revisions.as_view()),
    path(C + "decisions/", store.Decisions.as_view()),
    path(C + "rules/", control.Rules.as_view()),
    path(C + "rules/<int:rule>/", control.RuleDetail.as_view()),
    path(C + "breakpoints/", breakpoints.Breakpoints.as_view()),
    path(C + "breakpoints/<int:number>/", breakpoints.BreakpointDetail.as_view()),
    path(C + "faults/", faults.Faults.as_view()),
    path(C + "faults/<path:fault>/", faults.FaultDetail.as_view()),
    path(C + "held/<int:hop>/", control.HeldDetail.as_view()),
    path(C + "held/next/", control.Next.as_view()),
    path(C + "held/<int:hop>/release/", control.Release.as_view()),
    path(C + "held/<int:hop>/drop/", control.Drop.as_view()),
    path(C + "snapshots/", operations.Snapshots.as_view()),
    path(C + "snapshots/<str:name>/", operations.SnapshotDetail.as_view()),
    path(C + "snapshots/<str:name>/restore/", operations.RestoreSnapshot.as_view()),
    path(C + "kubeconfig/", operations.Kubeconfig.as_view()),
    path(C + "pace/", control.PaceDetail.as_view()),
    path(C + "time/", control.TimeDetail.as_view()),
]
