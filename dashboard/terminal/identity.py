"""As whom a terminal asks: as the person who opened it, through the wire, as the client `kubectl`."""

from __future__ import annotations

from cluster.client.rest import Client, Credentials
from cluster.kubeadm.running import RunningCluster
from cluster.kubectl.kubeconfig import Access
from cluster.kubectl.session import Session
from cluster.wire import component
from dashboard.permission import groups_of


def session_of(cluster: RunningCluster, user: str) -> Session:
    """A session with one context, the cluster's; it has no files. `--token` counts, as in any kubectl."""
    name = cluster.slug
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "clusters": [
            {"name": name, "cluster": {"server": f"https://{cluster.settings.https_address}/clusters/{name}"}}
        ],
        "users": [{"name": user, "user": {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "current-context": name,
    }

    def connect(access: Access) -> Client:
        if token := access.user.get("token"):
            return cluster.client_with(component.KUBECTL, Credentials(token=token))
        return cluster.client(component.KUBECTL, user, groups_of(user))

    return Session(config, connect, cluster.pace_clock)
