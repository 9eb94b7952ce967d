"""The daemonset loop: a pod of the template on every node that it fits.

Watches DaemonSets, Nodes, Pods and ControllerRevisions · creates and deletes Pods, keeps revisions, writes status · the
story goes on in the scheduler, which finds each pod its one node.
Models: pkg/controller/daemon/daemon_controller.go v1.37
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL, WARNING
from cluster.client.expectations import Expectations
from cluster.controllers import pod_control
from cluster.controllers import pods as pod_facts
from cluster.controllers.daemonset import node_fit, update
from cluster.controllers.history import HASH, History
from cluster.controllers.loop import DONE, Loop, Result, Tools
from cluster.controllers.pod_control import PodControl

BURST = 250
SELECTING_ALL = "This daemon set is selecting all pods. A non-empty selector is required."
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 1.0, 900.0


class DaemonSetLoop(Loop):
    """Keeps DaemonSets on their nodes."""

    name = "daemonset"
    source = "daemonset-controller"
    workers = 2

    def __init__(self, tools: Tools) -> None:
        self.expectations = Expectations(tools.clock)
        self.failures: dict[tuple[str, str], tuple[int, float]] = {}
        super().__init__(tools)

    def watch(self) -> None:
        self.control = PodControl(self.client, self.events)
        self.sets = self.informers.informer("DaemonSet")
        self.nodes = self.informers.informer("Node")
        self.pods = self.informers.informer("Pod")
        self.history = History(self.client, self.informers.informer("ControllerRevision"))
        pod_control.index(self.pods)
        self.sets.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.nodes.add_handler(self.on_node)
        self.pods.add_handler(self.on_pod)

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """A node has come, gone, or changed in what pods choose it by."""
        if type == DELETED or old is None or new is None or _choosable(old) != _choosable(new):
            for each in self.sets.store.values():
                self.enqueue(each)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old or {}
        owner = meta.controller_of(pod)
        if owner is None or owner["kind"] != "DaemonSet":
            return
        key = f"{meta.namespace_of(pod)}/{owner['name']}"
        self.expectations.seen(key, type, pod)
        self.queue.add(key)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 claim pods, current revision · 3 manage · 4 rolling update · 5 history · 6 status."""
        found = self.sets.store.get(key)
        if found is None:
            self.expectations.forget(key)
            return DONE
        daemons = {"apiVersion": "apps/v1", "kind": "DaemonSet", **found}
        selector = daemons["spec"].get("selector") or {}
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            self.events.event(daemons, WARNING, "SelectingAll", SELECTING_ALL)
            return DONE
        if meta.is_being_deleted(found):
            return DONE
        revisions = await self.history.of(daemons)
        current = await self.history.current(daemons, revisions, HASH)
        revision_hash = meta.labels_of(current)[HASH]
        satisfied = self.expectations.satisfied(key)
        by_node = await self._pods_by_node(daemons)
        if satisfied:
            retry = await self._manage(key, daemons, by_node, revision_hash)
            if self.expectations.satisfied(key) and daemons["spec"]["updateStrategy"]["type"] == "RollingUpdate":
                await self._roll(key, daemons, by_node, revision_hash)
            live = {meta.labels_of(pod).get(HASH, "") for each in by_node.values() for pod in each}
            kept = {meta.name_of(each) for each in revisions if meta.labels_of(each).get(HASH) in live}
            await self.history.truncate(daemons, revisions, kept | {meta.name_of(current)})
        else:
            retry = 0.0
        fresh = await self._write_status(key, daemons, by_node, revision_hash)
        return Result(min(each for each in (retry, fresh) if each)) if retry or fresh else DONE

    async def _pods_by_node(self, daemons: Obj) -> dict[str, list[Obj]]:
        by_node: dict[str, list[Obj]] = {}
        for pod in await self.control.claim(daemons, self.pods):
            by_node.setdefault(node_fit.target_node(pod), []).append(pod)
        return by_node

    # --- making and ending pods ------------------------------------------------------------------------------------

    async def _manage(self, key: str, daemons: Obj, by_node: Mapping[str, list[Obj]], revision_hash: str) -> float:
        """Pods where they belong, none where they do not; answers when a failed one may be replaced."""
        bare = node_fit.bare_pod(daemons, revision_hash)
        wanted, doomed, retry = [], [], 0.0
        surges = update.limits(daemons, 1)[0] > 0
        for name, node in self.nodes.store.items():
            run, stay = node_fit.should_run(bare, node)
            found = by_node.get(name, [])
            if not stay:
                doomed += [pod for pod in found if not meta.is_being_deleted(pod)]
                continue
            if run and not found:
                wanted.append(name)
            finished, running, later = self._sorted_out(daemons, name, found)
            doomed += finished
            retry = min(retry or later, later or retry)
            doomed += _excess(running, revision_hash, surges)
        lost = [pod for name, found in by_node.items() if name not in self.nodes.store for pod in found]
        doomed += [pod for pod in lost if not pod["spec"].get("nodeName") and not meta.is_being_deleted(pod)]
        await self._sync_nodes(key, daemons, doomed, [node_fit.pod_for(bare, name) for name in wanted])
        return retry

    def _sorted_out(self, daemons: Obj, node: str, pods: list[Obj]) -> tuple[list[Obj], list[Obj], float]:
        """(finished ones to delete now, those that run, seconds until a failed one may be deleted)."""
        finished, running, later = [], [], 0.0
        for pod in pods:
            phase = (pod.get("status") or {}).get("phase")
            if meta.is_being_deleted(pod):
                continue
            where = f"daemon pod {meta.namespace_of(pod)}/{meta.name_of(pod)} on node {node}, will try to"
            if phase == "Failed":
                if later := self._back_off(meta.uid_of(daemons), node):
                    continue
                self.events.event(daemons, WARNING, "FailedDaemonPod", f"Found failed {where} kill it")
                finished.append(pod)
            elif phase == "Succeeded":
                self.events.event(daemons, NORMAL, "SucceededDaemonPod", f"Found succeeded {where} delete it")
                finished.append(pod)
            else:
                running.append(pod)
        return finished, running, later

    def _back_off(self, uid: str, node: str) -> float:
        """Seconds to wait until a failed pod of this node may be replaced; 0: now, and longer next time."""
        count, until = self.failures.get((uid, node), (0, 0.0))
        now = self.clock.now()
        if now < until:
            return until - now
        if now - until > 2 * LONGEST_RETRY_SECONDS:
            count = 0
        self.failures[uid, node] = (count + 1, now + min(FIRST_RETRY_SECONDS * 2**count, LONGEST_RETRY_SECONDS))
        return 0.0

    async def _roll(self, key: str, daemons: Obj, by_node: Mapping[str, list[Obj]], revision_hash: str) -> None:
        bare = node_fit.bare_pod(daemons, revision_hash)
        here = {
            name: by_node.get(name, []) for name, node in self.nodes.store.items() if node_fit.should_run(bare, node)[0]
        }
        doomed, doubled = update.steps(daemons, here, revision_hash, len(here), self.clock.now())
        await self._sync_nodes(key, daemons, doomed, [node_fit.pod_for(bare, name) for name in doubled])

    async def _sync_nodes(self, key: str, daemons: Obj, doomed: list[Obj], wanted: list[Obj]) -> None:
        wanted, doomed = wanted[:BURST], doomed[:BURST]
        if not wanted and not doomed:
            return
        self.expectations.expect(key, creations=len(wanted), deletions={meta.key_of(pod) for pod in doomed})
        missing, failure = await self.control.create_all(daemons, wanted)
        for _ in range(missing):
            self.expectations.created(key)
        for pod in doomed:
            if error := await self.control.delete(daemons, pod):
                self.expectations.deleted(key, meta.key_of(pod))
                failure = failure or error
        if failure is not None:
            raise failure

    # --- status ----------------------------------------------------------------------------------------------------

    async def _write_status(
        self, key: str, daemons: Obj, by_node: Mapping[str, list[Obj]], revision_hash: str
    ) -> float:
        bare = node_fit.bare_pod(daemons)
        runs = {name: node_fit.should_run(bare, node)[0] for name, node in self.nodes.store.items()}
        status = calculate_status(daemons, runs, by_node, revision_hash, self.clock.now())
        known = daemons.get("status") or {}
        if "collisionCount" in known:
            status["collisionCount"] = known["collisionCount"]
        await self.write_status("DaemonSet", self.sets.store.get(key), status)
        seconds = daemons["spec"].get("minReadySeconds") or 0
        return float(seconds) if status["numberReady"] != status.get("numberAvailable", 0) else 0.0


# --- pure -----------------------------------------------------------------------------------------------------------


def calculate_status(
    daemons: Obj, runs: Mapping[str, bool], by_node: Mapping[str, list[Obj]], revision_hash: str, now: float
) -> Obj:
    """Models: updateDaemonSetStatus, storeDaemonSetStatus"""
    desired = scheduled = misscheduled = ready = updated = available = 0
    seconds = daemons["spec"].get("minReadySeconds") or 0
    for name, run in runs.items():
        found = sorted(by_node.get(name, ()), key=_order)
        if not run:
            misscheduled += bool(found)
            continue
        desired += 1
        if found:
            first = found[0]
            scheduled += 1
            if pod_facts.is_ready(first):
                ready += 1
                available += pod_facts.is_available(first, seconds, now)
            updated += meta.labels_of(first).get(HASH) == revision_hash
    counts = {
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        "numberUnavailable": desired - available,
        "observedGeneration": daemons["metadata"].get("generation", 0),
    }
    return {
        "currentNumberScheduled": scheduled,
        "numberMisscheduled": misscheduled,
        "desiredNumberScheduled": desired,
        "numberReady": ready,
        **{name: count for name, count in counts.items() if count},
    }


def _excess(running: list[Obj], revision_hash: str, surges: bool) -> list[Obj]:
    """Of more than one pod on a node all but the oldest; while an update surges, all but the oldest of each template."""
    if not surges:
        return sorted(running, key=_order)[1:]
    old = [pod for pod in running if meta.labels_of(pod).get(HASH) != revision_hash]
    new = [pod for pod in running if meta.labels_of(pod).get(HASH) == revision_hash]
    return [*sorted(old, key=_order)[1:], *sorted(new, key=_order)[1:]]


def _order(pod: Obj) -> tuple[bool, str, str]:
    """Models: podByCreationTimestampAndPhase: those with a node first, then the oldest."""
    return not pod["spec"].get("nodeName"), pod["metadata"]["creationTimestamp"], meta.name_of(pod)


def _choosable(node: Obj) -> tuple[object, object]:
    return meta.labels_of(node), node["spec"].get("taints") or []
