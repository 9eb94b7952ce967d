"""kube-controller-manager: starts the loops, each separately; answers the admission review of course mode.

Models: cmd/kube-controller-manager/app/controllermanager.go v1.37
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import Any

from cluster.client.events import EventRecorder
from cluster.client.informer import InformerFactory
from cluster.client.rest import Client
from cluster.clock import Clock, whose
from cluster.controllers import (
    clusterrole_aggregation,
    cronjob,
    csr_approving,
    csr_cleaner,
    csr_signing,
    disruption,
    endpoints,
    endpointslice_mirroring,
    garbage_collector,
    legacy_token_cleaner,
    namespace,
    node_ipam,
    node_lifecycle,
    pod_gc,
    policy_status,
    replicaset,
    replication,
    resource_claim,
    resource_quota,
    review,
    root_ca_publisher,
    service_account_tokens,
    service_cidr,
    service_lb,
    serviceaccount,
    taint_eviction,
    ttl,
    ttl_after_finished,
    zpages,
)
from cluster.controllers.bootstrap import signer, token_cleaner
from cluster.controllers.daemonset import daemon_controller
from cluster.controllers.deployment import deployment_controller
from cluster.controllers.endpointslice import endpointslice_controller
from cluster.controllers.job import job_controller
from cluster.controllers.loop import Loop, Tools, Wish
from cluster.controllers.podautoscaler import horizontal
from cluster.controllers.statefulset import stateful_set
from cluster.controllers.volume import attach_detach, ephemeral, expand, protection, pv_controller
from cluster.wire import component
from cluster.wire.inspection import Pages
from cluster.wire.message import Payload, Request, Response

LOOPS: tuple[type[Loop], ...] = (
    deployment_controller.DeploymentLoop,
    replicaset.ReplicaSetLoop,
    replication.ReplicationLoop,
    daemon_controller.DaemonSetLoop,
    stateful_set.StatefulSetLoop,
    job_controller.JobLoop,
    cronjob.CronJobLoop,
    ttl_after_finished.TtlAfterFinishedLoop,
    disruption.DisruptionLoop,
    pv_controller.PersistentVolumeBinderLoop,
    horizontal.HorizontalLoop,
    node_ipam.NodeIpamLoop,
    node_lifecycle.NodeLifecycleLoop,
    taint_eviction.TaintEvictionLoop,
    ttl.TtlLoop,
    namespace.NamespaceLoop,
    endpointslice_controller.EndpointSliceLoop,
    endpoints.EndpointsLoop,
    endpointslice_mirroring.EndpointSliceMirroringLoop,
    clusterrole_aggregation.ClusterRoleAggregationLoop,
    serviceaccount.ServiceAccountLoop,
    root_ca_publisher.RootCaPublisherLoop,
    garbage_collector.GarbageCollectorLoop,
    pod_gc.PodGcLoop,
    resource_quota.ResourceQuotaLoop,
    csr_signing.CsrSigningLoop,
    csr_approving.CsrApprovingLoop,
    csr_cleaner.CsrCleanerLoop,
    service_account_tokens.ServiceAccountTokenLoop,
    legacy_token_cleaner.LegacyTokenCleanerLoop,
    signer.BootstrapSignerLoop,
    token_cleaner.TokenCleanerLoop,
    service_cidr.ServiceCidrLoop,
    service_lb.ServiceLbLoop,
    attach_detach.AttachDetachLoop,
    expand.ExpanderLoop,
    protection.PvcProtectionLoop,
    protection.PvProtectionLoop,
    ephemeral.EphemeralVolumeLoop,
    resource_claim.ResourceClaimLoop,
    policy_status.PolicyStatusLoop,
)


class ControllerManager:
    """All loops of one cluster, on shared informers."""

    id = component.CONTROLLER_MANAGER

    def __init__(
        self,
        connect: Callable[[str], Client],
        clock: Clock,
        *,
        root_ca: str = "",
        sign: csr_signing.Sign | None = None,
        sign_token: service_account_tokens.SignToken | None = None,
        is_stopped: Callable[[str], bool] = lambda loop: False,
    ) -> None:
        self.connect = connect
        self.clock = clock
        self.root_ca = root_ca
        self.sign = sign
        self.sign_token = sign_token
        self.is_stopped = is_stopped
        client = connect("")
        self.informers = InformerFactory(client, clock)
        self.review = review.Review(self.informers, client.registry.kind("Pod"))
        self.running: dict[str, Loop] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._kinds = {kind.name: kind for kind in LOOPS}

    async def run(self) -> None:
        """Run every loop that nobody stopped, until cancelled."""
        for name in self._kinds:
            if not self.is_stopped(name):
                await self.start_loop(name)
        self.informers.start()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for name in list(self._tasks):
                await self.stop_loop(name)
            await self.informers.close()

    async def start_loop(self, name: str) -> None:
        """Start one loop; nothing happens when it runs. KeyError when there is none of that name."""
        kind = self._kinds[name]
        if name in self._tasks:
            return
        context = contextvars.copy_context()
        context.run(whose.set, component.loop(name))
        loop = context.run(self._build, kind)
        self.running[name] = loop
        self._tasks[name] = asyncio.get_running_loop().create_task(loop.run(), context=context)

    def _build(self, kind: type[Loop]) -> Loop:
        client = self.connect(kind.name)
        loop = kind(Tools(client, self.clock, self.informers, EventRecorder(client, self.clock, kind.source)))
        if isinstance(loop, root_ca_publisher.RootCaPublisherLoop | service_account_tokens.ServiceAccountTokenLoop):
            loop.root_ca = self.root_ca
        if isinstance(loop, service_account_tokens.ServiceAccountTokenLoop) and self.sign_token is not None:
            loop.sign_token = self.sign_token
        if isinstance(loop, csr_signing.CsrSigningLoop) and self.sign is not None:
            loop.sign = self.sign
        return loop

    async def stop_loop(self, name: str) -> None:
        """Stop one loop; its queue is forgotten, its informers stay. KeyError when there is none of that name."""
        self._kinds[name]
        task = self._tasks.pop(name, None)
        if task is not None:
            loop = self.running.pop(name)
            loop.events.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            loop.queue.close()
            self.informers.let_go(component.loop(name))

    def wish_of(self, name: str) -> Wish | None:
        """What a loop counts of its objects, None where nothing can be counted."""
        kind = self._kinds.get(name)
        return kind.wish if kind is not None else None

    def loops(self) -> list[dict[str, Any]]:
        """Each loop's state; a stopped one has `running` False and nothing else to tell."""
        return [
            self.running[name].inspect() if name in self.running else {"name": name, "running": False, "queue": 0}
            for name in self._kinds
        ]

    async def handle(self, request: Request) -> Response:
        """`POST /admit/…`: an AdmissionReview."""
        if request.verb == "POST" and request.path.startswith("/admit"):
            await self.informers.synced()
            return Response(200, Payload(object=self.review.answer(request.body.object)))
        if request.path == "/healthz":
            return Response(200, Payload(raw=b"ok"))
        return Response(404, Payload(raw=b"404 page not found"))

    def inspect(self) -> dict[str, Any]:
        return {"loops": self.loops(), "objects": sum(len(each.store) for each in self.informers.all())}

    def zpages(self) -> Pages:
        return zpages.of(self)
