"""How each component is built: which identity it has, to whom it is connected, what it is told.

This is the only place where components meet as Python objects; from here on they meet on the wire.
Models: cmd/kubeadm/app/cmd/init.go, and the static pod manifests it writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cluster.apiserver.audit import policy as audit_policy
from cluster.apiserver.config import UPSTREAM
from cluster.apiserver.server import ApiServer
from cluster.client.rest import Client
from cluster.clock import VirtualClock
from cluster.controllers.manager import ControllerManager
from cluster.etcd import alarm, zpages
from cluster.etcd import inspect as etcd_inspect
from cluster.etcd.server import Etcd
from cluster.kube_proxy.proxier import KubeProxy
from cluster.kubeadm import join
from cluster.kubeadm.elected import Elected
from cluster.kubeadm.supervisor import Component
from cluster.kubelet.kubelet import Kubelet
from cluster.runtime.simulated import SimulatedRuntime
from cluster.scheduler.scheduler import Scheduler
from cluster.wire import component
from cluster.wire.inspection import Pages
from cluster.wire.message import Request, Response

if TYPE_CHECKING:
    from cluster.kubeadm.running import RunningCluster

Builder = tuple[str, Callable[[], Component]]


class EtcdMember:
    """etcd as a component: opens the keyspace, then serves it on the wire until it is stopped."""

    id = component.ETCD

    def __init__(self, cluster: RunningCluster) -> None:
        self.cluster = cluster
        inline = isinstance(cluster.clock, VirtualClock)
        self.etcd = Etcd(cluster.slug, cluster.clock, keep_revisions=cluster.settings.keep_revisions, inline=inline)
        self._open = asyncio.Event()

    async def run(self) -> None:
        await self.etcd.open()
        if self.cluster.faults.etcd_is_full:
            self.etcd.store.alarms.add(alarm.NOSPACE)
        self._open.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await self.etcd.close()

    async def handle(self, request: Request) -> Response:
        if not self._open.is_set():
            await self._open.wait()
        return await self.etcd.handle(request)

    def inspect(self) -> dict[str, Any]:
        return self.etcd.inspect()

    def zpages(self) -> Pages:
        return zpages.of(self.etcd)


def control_plane(cluster: RunningCluster) -> list[Builder]:
    """The parts of the control plane in the order in which they start."""
    return [
        (component.ETCD, lambda: EtcdMember(cluster)),
        (component.APISERVER, lambda: _api_server(cluster)),
        *_instances(cluster, component.CONTROLLER_MANAGER, lambda: _controller_manager(cluster)),
        *_instances(cluster, component.SCHEDULER, lambda: _scheduler(cluster)),
        (join.ID, lambda: _machines(cluster)),
    ]


def node(cluster: RunningCluster, node_name: str) -> Iterable[Builder]:
    """The parts of a worker node in the order in which they boot."""
    kubelet, kube_proxy, runtime = join.components_of(node_name)
    connection = cluster.wire.connect(kubelet, runtime)
    return [
        (runtime, lambda: SimulatedRuntime(node_name, cluster.clock, cluster.machine_room.of(node_name))),
        (kubelet, lambda: Kubelet(node_name, cluster.client(kubelet), cluster.clock, connection)),
        (kube_proxy, lambda: KubeProxy(node_name, cluster.client(kube_proxy), cluster.clock)),
    ]


def last_write(slug: str) -> tuple[int, float]:
    """The newest hop that the revision log names, and when that was; zeros when it is empty. Blocking."""
    return etcd_inspect.last_hop(slug), etcd_inspect.last_time(slug)


def _instances(cluster: RunningCluster, role: str, build: Callable[[], Component]) -> list[Builder]:
    """A component itself, or, where the control plane has several nodes, an instance on each, of which one leads."""
    nodes = cluster.control_plane_nodes
    if len(nodes) == 1:
        return [(role, build)]
    cluster.supervisor.add_role(role)

    def standing_by(node_name: str) -> Builder:
        return component.instance(role, node_name), lambda: Elected(cluster, role, node_name, build)

    return [standing_by(node_name) for node_name in nodes]


def _scheduler(cluster: RunningCluster) -> Scheduler:
    return Scheduler(cluster.client(component.SCHEDULER), cluster.clock)


def _api_server(cluster: RunningCluster) -> ApiServer:
    config = cluster.identities.api_server_config(cluster.row.mode, cluster.settings.https_address)
    if not cluster.runs(component.CONTROLLER_MANAGER):  # nobody makes service accounts, nobody reviews: as envtest does
        config = replace(config, admission_mode=UPSTREAM, disabled_plugins=frozenset({"ServiceAccount"}))
    settings = cluster.settings
    if settings.audit_policy is not None:
        policy = audit_policy.read(settings.audit_policy.read_text())
        config = replace(config, audit_policy=policy, audit_log=settings.data_dir / "audit" / f"{cluster.slug}.log")
    return ApiServer(config, cluster.clock, cluster.wire, cluster.registry)


def _controller_manager(cluster: RunningCluster) -> ControllerManager:
    def connect(loop: str) -> Client:
        return cluster.client(component.loop(loop) if loop else component.CONTROLLER_MANAGER)

    return ControllerManager(
        connect,
        cluster.clock,
        root_ca=cluster.identities.root_ca,
        sign=cluster.identities.ca.sign,
        sign_token=cluster.identities.sign_token,
        is_stopped=lambda loop: cluster.is_stopped(component.loop(loop)),
    )


def _machines(cluster: RunningCluster) -> join.Machines:
    return join.Machines(
        cluster.client("kubeadm"),
        cluster.clock,
        cluster.supervisor,
        lambda node_name: node(cluster, node_name),
        cluster.is_stopped,
        cluster.machine_room,
    )
