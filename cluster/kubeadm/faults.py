"""Faults: what somebody broke in a cluster, in one list, each mended by its id; kept with the cluster.

| id | what is broken |
| `stopped.<component>` | a component or a control loop was stopped |
| `power.<node>` | all parts of a node are off |
| `network.<node>` | nothing passes between the node and the API server: leases run out, the node becomes NotReady |
| `slow.<from>.to.<to>` | a line is slow, both ways |
| `etcd.nospace` | etcd says that it is full: no puts, reads go on |
| `image.<name>` | an image cannot be pulled |
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cluster.kubeadm import join
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request
from cluster.wire.rule import DELAY, DROP, FAULT, Rule

if TYPE_CHECKING:
    from cluster.kubeadm.running import RunningCluster

STOPPED, POWER, NETWORK, SLOW, ETCD_FULL, IMAGE = "stopped", "power", "network", "slow", "etcd", "image"
KINDS = (STOPPED, POWER, NETWORK, SLOW, ETCD_FULL, IMAGE)
NOSPACE_ID = "etcd.nospace"
MOST_IMAGES, LONGEST_SECONDS = 50, 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is broken, in words."""

    id: str
    kind: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """What is broken in one cluster. Everything but `listed` runs on its event loop."""

    def __init__(self, cluster: RunningCluster) -> None:
        self.cluster = cluster
        cluster.machine_room.unpullable.update(cluster.row.control.get("images", ()))

    @property
    def etcd_is_full(self) -> bool:
        return bool(self.cluster.row.control.get("etcd_full"))

    def listed(self) -> list[Fault]:
        """Everything that is broken."""
        found = _stopped(self.cluster.row.stopped)
        rules = {each.title: each for each in list(self.cluster.wire.control.rules.values()) if each.purpose == FAULT}
        found += [_of_rule(each) for each in rules.values()]
        if self.etcd_is_full:
            found.append(Fault(NOSPACE_ID, ETCD_FULL, "etcd says that it is full and refuses writes"))
        images = self.cluster.row.control.get("images", ())
        return found + [Fault(f"{IMAGE}.{name}", IMAGE, f"image {name} cannot be pulled") for name in images]

    # --- breaking --------------------------------------------------------------------------------------------------

    async def cut_network(self, node_name: str) -> str:
        """Its id. KeyError when there is no such node."""
        members = join.components_of(node_name)
        if not self.cluster.supervisor.knows(members[0]):
            raise KeyError(node_name)
        fault_id = f"{NETWORK}.{node_name}"
        if not self._rules(fault_id):
            for member in members[:2]:
                await self._rule(Rule(DROP, member, component.APISERVER, title=fault_id))
        return fault_id

    async def slow_down(self, source: str, target: str, seconds: float) -> str:
        """Every message of a line takes so long. ValueError when that is no delay."""
        if not 0 < seconds <= LONGEST_SECONDS or not (source and target):
            raise ValueError(f"a line has two ends, and is slow by more than 0 and at most {LONGEST_SECONDS:g} seconds")
        fault_id = f"{SLOW}.{source}.to.{target}"
        await self._remove(fault_id)
        await self._rule(Rule(DELAY, source, target, delay_seconds=seconds, title=fault_id))
        return fault_id

    async def fill_etcd(self) -> str:
        """etcd takes no puts until that is mended."""
        await self._keep(etcd_full=True)
        await self._alarm("ACTIVATE")
        return NOSPACE_ID

    async def break_image(self, name: str) -> str:
        """An image cannot be pulled any more: one tag, or all of them. ValueError for too many, or none."""
        images = self.cluster.row.control.get("images", [])
        if not name or len(images) >= MOST_IMAGES:
            raise ValueError(f"name an image; {MOST_IMAGES} at most")
        await self._set_images(sorted({*images, name}))
        return f"{IMAGE}.{name}"

    async def stop(self, component_id: str) -> str:
        """Stop a component or a loop, or cut a node's power (`node.worker-1`). KeyError when there is none."""
        await self.cluster.stop(component_id)
        kind, _, rest = component_id.partition(".")
        return f"{POWER}.{rest}" if kind == "node" else f"{STOPPED}.{component_id}"

    # --- mending ---------------------------------------------------------------------------------------------------

    async def mend(self, fault_id: str) -> None:
        """Undo a fault. KeyError when nothing of that id is broken."""
        if not any(each.id == fault_id for each in self.listed()):
            raise KeyError(fault_id)
        kind, _, rest = fault_id.partition(".")
        if kind in (NETWORK, SLOW):
            await self._remove(fault_id)
        elif kind == ETCD_FULL:
            await self._keep(etcd_full=False)
            await self._alarm("DEACTIVATE")
        elif kind == IMAGE:
            await self._set_images([each for each in self.cluster.row.control.get("images", ()) if each != rest])
        else:
            await self.cluster.start(f"node.{rest}" if kind == POWER else rest)

    # --- parts -----------------------------------------------------------------------------------------------------

    def _rules(self, fault_id: str) -> list[int]:
        rules = self.cluster.wire.control.rules.values()
        return [each.id for each in rules if each.purpose == FAULT and each.title == fault_id]

    async def _rule(self, rule: Rule) -> None:
        rule.purpose, rule.either_way = FAULT, True
        await self.cluster.controls.add(rule)

    async def _remove(self, fault_id: str) -> None:
        for rule_id in self._rules(fault_id):
            await self.cluster.controls.remove(rule_id)

    async def _keep(self, **changes: Any) -> None:
        await self.cluster.keep("control", {**self.cluster.row.control, **changes})

    async def _set_images(self, images: list[str]) -> None:
        unpullable = self.cluster.machine_room.unpullable
        unpullable.clear()
        unpullable.update(images)
        await self._keep(images=images)

    async def _alarm(self, action: str) -> None:
        """A stopped etcd is told when it starts."""
        body = Payload(object={"action": action, "alarm": "NOSPACE"})
        try:
            await self.cluster.wire.call(component.MACHINE_ROOM, component.ETCD, Request("Alarm", "/", body=body))
        except ConnectionLost:
            return


def _stopped(stopped: list[str]) -> list[Fault]:
    """Components that are stopped; a node whose parts all are is told as one."""
    nodes = {node for each in stopped if (node := component.node_of(each))}
    dark = {node for node in nodes if all(part in stopped for part in join.components_of(node))}
    found = [Fault(f"{POWER}.{node}", POWER, f"node {node} has no power") for node in sorted(dark)]
    left = [each for each in stopped if component.node_of(each) not in dark]
    return found + [Fault(f"{STOPPED}.{each}", STOPPED, f"{each} is stopped") for each in left]


def _of_rule(rule: Rule) -> Fault:
    kind, _, rest = rule.title.partition(".")
    if kind == NETWORK:
        return Fault(rule.title, NETWORK, f"the network of node {rest} is cut")
    words = f"the line {rule.source} ↔ {rule.target} is slow: {rule.delay_seconds:g} s a message"
    return Fault(rule.title, SLOW, words)
