"""What a node's machine holds: images on its disk; while it has power, sandboxes and containers too.

The runtime works on it and may be stopped and started meanwhile, as containerd's shims outlive containerd: containers go
on, and what has ended by itself is found ended. A power cut empties it but for the disk; a command line that a shell runs begins anew when the program does. Saved as plain data, it
outlives a program that is stopped cleanly; one that is killed is a power cut to it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.runtime import files, images
from cluster.runtime.container import Container, Sandbox
from cluster.runtime.files import Volume

KEPT = (
    "id", "sandbox", "name", "attempt", "image", "command", "args", "created", "state", "started", "finished",
    "exit_code", "reason", "env", "mounts", "folder", "output",
)  # fmt: skip


@dataclass(slots=True)
class Machine:
    """One node's."""

    sandboxes: dict[str, Sandbox] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    images: dict[str, images.Image] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Pod addresses in use."""
    volumes: dict[str, Volume] = field(default_factory=dict)
    """What lies on its disk: path → files."""
    shared: dict[str, Volume] = field(default_factory=dict)
    """What every machine of the cluster reaches: PersistentVolumes that are no machine's own."""
    next_ip: int = 0
    unpullable: set[str] = field(default_factory=set)
    """Images that somebody made impossible to pull."""

    def power_off(self) -> None:
        """Nothing that ran is there any more."""
        self.halt()
        self.sandboxes.clear()
        self.containers.clear()
        self.taken.clear()

    def halt(self) -> None:
        """End what is running, as the program itself is about to end."""
        for container in self.containers.values():
            container.halt()

    def volume(self, path: str) -> Volume:
        """What lies at a path of the disk, made when it is asked for; `pv:<name>` is the cluster's."""
        place = self.shared if path.startswith("pv:") else self.volumes
        return place.setdefault(path, Volume())

    def saved(self) -> Obj:
        """Plain data, for `restored`."""
        return {
            "sandboxes": [asdict(each) for each in self.sandboxes.values()],
            "containers": [{name: getattr(each, name) for name in KEPT} for each in self.containers.values()],
            "images": list(self.images),
            "taken": sorted(self.taken),
            "next_ip": self.next_ip,
            "volumes": {path: each.saved() for path, each in self.volumes.items()},
        }


def restored(data: dict[str, Any]) -> Machine:
    """The machine that was saved."""
    containers = []
    for each in data["containers"]:
        command, args = tuple(each["command"]), tuple(each["args"])
        output = [(at, text) for at, text in each["output"]] if each.get("output") else None
        known = {**each, "command": command, "args": args, "mounts": tuple(each.get("mounts") or ()), "output": output}
        known.pop("touched", None)
        containers.append(Container(**known, behaviour=images.behaviour(each["image"], command, args)))
    found = [images.pulled(name) for name in data["images"]]
    return Machine(
        {each["id"]: Sandbox(**each) for each in data["sandboxes"]},
        {each.id: each for each in containers},
        {each.name: each for each in found},
        set(data["taken"]),
        {path: files.restored(each) for path, each in (data.get("volumes") or {}).items()},
        next_ip=data["next_ip"],
    )
