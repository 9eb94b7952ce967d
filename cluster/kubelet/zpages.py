"""What a kubelet shows of its inside: its pods with their containers and probes, and where its sync loop stands.

Models: pkg/kubelet/server/server.go (/pods, /statusz, /configz) v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster.apimachinery import meta
from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.kubelet.kubelet import Kubelet
    from cluster.kubelet.pod_status import Run
    from cluster.kubelet.pod_worker import PodWorker


def of(kubelet: Kubelet) -> Pages:
    return {"/debug/pods": lambda asked: pods(kubelet), "/configz": lambda asked: configz(kubelet)}


def pods(kubelet: Kubelet) -> dict[str, Any]:
    """Each pod worker: what it does now, when it looks again, what runs of its pod."""
    workers = [_worker(kubelet, uid, worker) for uid, worker in list(kubelet.workers.items())]
    return {
        "time": kubelet.clock.now(),
        "queue": len(kubelet.queue),
        "pods": sorted(workers, key=lambda each: str(each["pod"])),
    }


def configz(kubelet: Kubelet) -> dict[str, Any]:
    registration = kubelet.registration
    return {
        "node": kubelet.node_name,
        "podCIDR": registration.pod_cidr,
        "runtimeReady": registration.runtime_ready,
        "images": sorted(kubelet.images.present),
    }


def _worker(kubelet: Kubelet, uid: str, worker: PodWorker) -> dict[str, Any]:
    doing = "syncing" if uid in kubelet.syncing else "gone" if worker.gone else "waiting"
    return {
        "pod": meta.key_of(worker.pod),
        "uid": uid,
        "phase": (worker.pod.get("status") or {}).get("phase", ""),
        "deleting": meta.is_being_deleted(worker.pod),
        "doing": doing,
        "nextAt": worker.again_at or 0.0,
        "sandbox": worker.sandbox,
        "ip": worker.facts.ip,
        "containers": [_container(name, run) for name, run in worker.facts.runs.items()],
        "probes": worker.prober.shown() if worker.prober is not None else [],
    }


def _container(name: str, run: Run) -> dict[str, Any]:
    return {
        "name": name,
        "id": run.id,
        "image": run.image,
        "state": run.waiting or run.state.removeprefix("CONTAINER_").lower() or "not made yet",
        "message": run.message,
        "restarts": run.restarts,
        "started": run.started,
        "ready": run.ready and run.started_up,
        "retryAt": run.retry_at,
    }
