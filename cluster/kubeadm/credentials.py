"""Who each component is: upstream's names, proved by certificates of the cluster's own CA, or service account tokens."""

from __future__ import annotations

import secrets
import ssl
from dataclasses import replace
from pathlib import Path

from cluster.apimachinery.meta import Obj
from cluster.apiserver.authn import tokens
from cluster.apiserver.config import PORT, Config
from cluster.client.rest import Credentials
from cluster.clock import Clock
from cluster.kubeadm import kubeconfig, pki
from cluster.wire import component

ADMINISTRATOR = ("kubernetes-admin", ("kubeadm:cluster-admins",))
NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    component.SCHEDULER: ("system:kube-scheduler", ()),
    component.CONTROLLER_MANAGER: ("system:kube-controller-manager", ()),
    "kubeadm": ("kubernetes-super-admin", ("system:masters",)),
    "dashboard": ("kubelearn-dashboard", ("system:masters",)),
}
ACCOUNTS = {
    "deployment": "deployment-controller",
    "replicaset": "replicaset-controller",
    "replication": "replication-controller",
    "daemonset": "daemon-set-controller",
    "statefulset": "statefulset-controller",
    "job": "job-controller",
    "cronjob": "cronjob-controller",
    "ttlafterfinished": "ttl-after-finished-controller",
    "disruption": "disruption-controller",
    "endpointslicemirroring": "endpointslicemirroring-controller",
    "clusterroleaggregation": "clusterrole-aggregation-controller",
    "horizontalpodautoscaling": "horizontal-pod-autoscaler",
    "persistentvolumebinder": "persistent-volume-binder",
    "nodelifecycle": "node-controller",
    "tainteviction": "node-controller",
    "namespace": "namespace-controller",
    "endpointslice": "endpointslice-controller",
    "serviceaccount": "service-account-controller",
    "root-ca-certificate-publisher": "root-ca-cert-publisher",
    "garbagecollector": "generic-garbage-collector",
    "resourcequota": "resourcequota-controller",
    "nodeipam": "node-ipam-controller",
    "endpoints": "endpoint-controller",
    "ttl": "ttl-controller",
    "podgc": "pod-garbage-collector",
    "csrsigning": "certificate-controller",
    "csrapproving": "certificate-controller",
    "csrcleaner": "certificate-controller",
    "serviceaccount-token": "tokens-controller",
    "legacy-serviceaccount-token-cleaner": "legacy-service-account-token-cleaner",
    "bootstrapsigner": "bootstrap-signer",
    "tokencleaner": "token-cleaner",
    "service-cidr-controller": "service-cidrs-controller",
    "service-lb-controller": "service-controller",
    "attachdetach": "attachdetach-controller",
    "persistentvolume-expander": "expand-controller",
    "pvc-protection": "pvc-protection-controller",
    "pv-protection": "pv-protection-controller",
    "ephemeral-volume": "ephemeral-volume-controller",
    "resource-claim-controller": "resource-claim-controller",
    "validatingadmissionpolicy-status-controller": "validatingadmissionpolicy-status-controller",
}
ACCOUNT = "system:serviceaccount:kube-system:"
ACCOUNT_GROUPS = ("system:serviceaccounts", "system:serviceaccounts:kube-system")
TOKEN_SECONDS = 10 * 365 * 86400


class Identities:
    """The keys of one cluster, and the credentials made with them."""

    def __init__(self, slug: str, folder: Path, data_dir: Path, token_key: bytes = b"") -> None:
        self.slug = slug
        self.ca = pki.authority(folder, "client-ca")
        self.token_key = token_key or pki.token_key(folder)
        self.data_dir = data_dir
        self._made: dict[tuple[str, str], Credentials] = {}

    @classmethod
    def load(cls, slug: str, data_dir: Path) -> Identities:
        """Blocking: reads or makes the cluster's keys."""
        return cls(slug, data_dir / "pki" / slug, data_dir)

    @property
    def root_ca(self) -> str:
        return pki.authority(self.data_dir / "pki", "serving-ca").certificate_pem.decode()

    def sign_token(self, account: Obj, secret: Obj) -> str:
        """The token of an account that a Secret holds; good while both are there."""
        return tokens.sign(self.token_key, tokens.claims_of_secret(account, secret))

    def api_server_config(self, mode: str, https_address: str = "") -> Config:
        """The API server's configuration; `https_address` is where clients reach it."""
        port = int(https_address.rpartition(":")[2]) if https_address else PORT
        return Config(
            client_ca=self.ca.certificate_pem, service_account_key=self.token_key, admission_mode=mode, port=port
        )

    def credentials(self, component_id: str, user: str = "", groups: tuple[str, ...] = ()) -> Credentials:
        """What `component_id` proves itself with; a person's certificate when `user` is given."""
        key = (component_id, user)
        if key not in self._made:
            self._made[key] = self._make(component_id, user, groups)
        return self._made[key]

    def kubeconfig(self, https_address: str) -> str:
        certificate, key = self.ca.issue(*ADMINISTRATOR)
        server = f"https://{https_address}/clusters/{self.slug}"
        return kubeconfig.kubeconfig(self.slug, server, self.root_ca.encode(), certificate, key)

    def _make(self, component_id: str, user: str, groups: tuple[str, ...]) -> Credentials:
        name, found, agent = self._name_of(component_id, user, groups)
        if name.startswith(ACCOUNT):
            return Credentials(token=self._token(name.removeprefix(ACCOUNT)), user_agent=f"{agent}/v1.37.2")
        certificate, _ = self.ca.issue(name, found)
        return Credentials(ssl.PEM_cert_to_DER_cert(certificate.decode()), user_agent=f"{agent}/v1.37.2")

    def _name_of(self, component_id: str, user: str, groups: tuple[str, ...]) -> tuple[str, tuple[str, ...], str]:
        """(user name, groups, the first word of its user agent) of a component, or of a person."""
        role, _, loop = component_id.partition(".")
        if user:
            return user, groups, role
        if component.instance_of(component_id):
            return *NAMES[role], role
        if role == component.CONTROLLER_MANAGER and loop:
            return ACCOUNT + ACCOUNTS[loop], ACCOUNT_GROUPS, role
        if node_name := component.node_of(component_id):
            proxy = component_id == component.kube_proxy(node_name)
            name, found = ("system:kube-proxy", ()) if proxy else (f"system:node:{node_name}", ("system:nodes",))
            return name, found, role
        return *NAMES[component_id], role

    def _token(self, account: str) -> str:
        now = Clock().now()
        claims = {
            "iss": Config.__dataclass_fields__["service_account_issuer"].default,
            "iat": int(now),
            "exp": int(now) + TOKEN_SECONDS,
            "kubernetes.io": {"namespace": "kube-system", "serviceaccount": {"name": account}},
        }
        return tokens.sign(self.token_key, claims)


class StaticTokens(Identities):
    """The same names, each proved by a token that the API server is told at its start (`--token-auth-file`): for a cluster
    that lives in one process for a moment. Nothing is signed, and no certificate's dates bind the cluster's clock."""

    def __init__(self, slug: str, folder: Path, data_dir: Path, token_key: bytes = b"") -> None:
        super().__init__(slug, folder, data_dir, token_key)
        self.tokens: dict[str, tuple[str, tuple[str, ...]]] = {}

    def api_server_config(self, mode: str, https_address: str = "") -> Config:
        return replace(super().api_server_config(mode, https_address), tokens=self.tokens)

    def kubeconfig(self, https_address: str) -> str:
        server = f"https://{https_address}/clusters/{self.slug}"
        return kubeconfig.with_token(self.slug, server, self.root_ca.encode(), self.token_of(*ADMINISTRATOR))

    def token_of(self, name: str, groups: tuple[str, ...]) -> str:
        """A new token for a user."""
        token = secrets.token_urlsafe(32)
        self.tokens[token] = name, groups
        return token

    def _make(self, component_id: str, user: str, groups: tuple[str, ...]) -> Credentials:
        name, found, agent = self._name_of(component_id, user, groups)
        return Credentials(token=self.token_of(name, found), user_agent=f"{agent}/v1.37.2")
