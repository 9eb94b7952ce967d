"""What a simulated runtime shows of its inside: images, sandboxes, containers. Models: crictl's images, pods and ps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.runtime.simulated import SimulatedRuntime


def of(runtime: SimulatedRuntime) -> Pages:
    return {"/debug/state": lambda asked: state(runtime)}


def state(runtime: SimulatedRuntime) -> dict[str, Any]:
    """Everything it holds; containers name the sandbox they are in."""
    return {
        "time": runtime.clock.now(),
        "images": [{"name": each.name, "id": each.id, "bytes": each.size_bytes} for each in runtime.images.values()],
        "sandboxes": [each.shown() for each in runtime.sandboxes.values()],
        "containers": [each.shown() for each in runtime.containers.values()],
    }
