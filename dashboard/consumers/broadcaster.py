"""One broadcaster a cluster: hears the wire while somebody looks, and prepares one frame for all viewers.

State (pods, nodes, components) is told whole for what changed; hops are told as tokens, at most so many a frame, the
rest as counts. A viewer that connects gets a snapshot, so nothing is missed or doubled.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.core.pod import status_cell
from cluster.client.informer import InformerFactory
from cluster.kubeadm.running import RunningCluster
from cluster.wire.hop import Hop
from cluster.wire.instrument import SENT

FRAME_SECONDS, STATE_SECONDS = 0.05, 1.0
MOST_TOKENS = 24


class Broadcaster:
    """Frames of one cluster, while it has viewers."""

    def __init__(self, cluster: RunningCluster) -> None:
        self.cluster = cluster
        self.viewers: set[Callable[[str], None]] = set()
        self.sequence = 0
        self._tokens: list[Hop] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._changed: dict[str, Obj | None] = {}
        self._task: asyncio.Task[None] | None = None
        self._dirty = asyncio.Event()

    def join(self, viewer: Callable[[str], None]) -> None:
        """Tell `viewer` a snapshot, then every frame."""
        self.viewers.add(viewer)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        else:
            viewer(self._snapshot())

    def leave(self, viewer: Callable[[str], None]) -> None:
        self.viewers.discard(viewer)
        if not self.viewers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        self._factory = InformerFactory(self.cluster.client("dashboard"), self.cluster.clock)
        for kind in ("Pod", "Node"):
            self._factory.informer(kind).add_handler(self._handler(kind))
        unsubscribe = self.cluster.wire.instruments.add(self._hear)
        self._factory.start()
        clock = self.cluster.pace_clock
        try:
            self._send(self._snapshot())
            states_due = clock.now() + STATE_SECONDS
            while True:
                await clock.sleep(FRAME_SECONDS)
                with_states = clock.now() >= states_due
                if with_states:
                    states_due = clock.now() + STATE_SECONDS
                if self._tokens or self._counts or self._changed or with_states:
                    self._send(self._frame(with_states))
        finally:
            unsubscribe()
            await self._factory.close()

    def _hear(self, hop: Hop, moment: str) -> None:
        interesting = (
            hop.source != "dashboard" and hop.target != "dashboard" and "kubeadm" not in (hop.source, hop.target)
        )
        if moment is SENT or hop.verb == "WATCH":
            if not interesting or "leases" in hop.path or "events" in hop.path:
                return
            if len(self._tokens) < MOST_TOKENS:
                self._tokens.append(hop)
            else:
                self._counts[hop.source, hop.target] += 1

    def _handler(self, kind: str) -> Callable[[str, Obj | None, Obj | None], None]:
        def on_event(type: str, old: Obj | None, new: Obj | None) -> None:
            obj = new or old or {}
            self._changed[f"{kind}/{meta.key_of(obj)}"] = None if type == "DELETED" else obj

        return on_event

    def _frame(self, with_states: bool) -> str:
        self.sequence += 1
        tokens, self._tokens = self._tokens, []
        counts, self._counts = self._counts, Counter()
        changed, self._changed = self._changed, {}
        frame: dict[str, Any] = {
            "seq": self.sequence,
            "hops": [[hop.id, hop.source, hop.target, _label(hop)] for hop in tokens],
            "more": [[source, target, count] for (source, target), count in counts.items()],
            "set": [shown(key, obj) for key, obj in changed.items() if obj is not None],
            "gone": [key for key, obj in changed.items() if obj is None],
        }
        if with_states:
            frame |= self._states()
        return orjson.dumps(frame).decode()

    def _snapshot(self) -> str:
        found = []
        for kind in ("Pod", "Node"):
            store = self._factory.informer(kind).store if hasattr(self, "_factory") else {}
            found += [shown(f"{kind}/{key}", obj) for key, obj in store.items()]
        frame = {
            "seq": self.sequence,
            "snapshot": True,
            "hops": [],
            "more": [],
            "set": found,
            "gone": [],
            **self._states(),
        }
        return orjson.dumps(frame).decode()

    def _states(self) -> dict[str, Any]:
        states = {state.id: [state.running, _facts(state.id, state.inspect)] for state in self.cluster.components()}
        waiting = {target: len(hops) for target, hops in self.cluster.wire.waiting.items() if hops}
        return {
            "components": states,
            "waiting": waiting,
            "time": self.cluster.clock.now(),
            "pace": self.cluster.wire.control.pace_seconds,
        }

    def _send(self, frame: str) -> None:
        for viewer in list(self.viewers):
            viewer(frame)


def shown(key: str, obj: Obj) -> list[Any]:
    """[key, kind, name, namespace, node or readiness, state, uid]"""
    name, namespace, uid = meta.name_of(obj), meta.namespace_of(obj), meta.uid_of(obj)
    if key.startswith("Node/"):
        ready = meta.is_condition_true(obj, "Ready")
        role = "control-plane" if "node-role.kubernetes.io/control-plane" in meta.labels_of(obj) else "worker"
        state = ("Ready" if ready else "NotReady") + (",cordoned" if obj["spec"].get("unschedulable") else "")
        return [key, "Node", name, "", role, state, uid]
    return [key, "Pod", name, namespace, obj["spec"].get("nodeName") or "", status_cell(obj, 0.0), uid]


def _label(hop: Hop) -> str:
    subject = hop.subject
    if hop.verb == "NOTE":
        return f"{hop.detail} {subject.name}"
    verb = hop.detail or hop.verb if hop.verb == "WATCH" else hop.verb
    word = f"{verb} {subject.resource}/{subject.name}" if subject.resource else f"{verb} {hop.path}"
    return f"✓ {word}" if hop.answers else word


def _facts(component_id: str, inspect: dict[str, Any]) -> str:
    role = component_id.partition(".")[0]
    if component_id == "etcd":
        return f"revision {inspect.get('revision', 0)} · {inspect.get('keys', 0)} keys"
    if component_id == "kube-apiserver":
        return f"{inspect.get('requests', 0)} requests · {inspect.get('watches', 0)} watches"
    if component_id == "kube-scheduler":
        waiting = inspect.get("unschedulable", 0) + inspect.get("backing_off", 0)
        return f"{inspect.get('active', 0)} queued · {waiting} waiting"
    if component_id == "kube-controller-manager":
        return f"{sum(1 for loop in inspect.get('loops', ()) if loop['running'])} loops on"
    if role == "kubelet":
        return f"{inspect.get('pods', 0)} pods"
    if role == "kube-proxy":
        return f"{inspect.get('rules', 0)} rules"
    return f"{inspect.get('containers', 0)} containers" if role == "runtime" else ""


_broadcasters: dict[str, Broadcaster] = {}


def broadcaster_of(cluster: RunningCluster) -> Broadcaster:
    known = _broadcasters.get(cluster.slug)
    if known is None or known.cluster is not cluster:
        known = _broadcasters[cluster.slug] = Broadcaster(cluster)
    return known
