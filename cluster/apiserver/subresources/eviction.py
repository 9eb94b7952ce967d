"""eviction: a polite deletion, which a PodDisruptionBudget may put off.

Models: pkg/registry/core/pod/storage/eviction.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import labels, meta, status
from cluster.apimachinery.meta import Obj, evolve
from cluster.apimachinery.status import ApiError
from cluster.apiserver import answer, decoding, writing
from cluster.apiserver.call import Call
from cluster.apiserver.deletion import delete_item
from cluster.apiserver.reading import existing
from cluster.apiserver.watch_cache import Item
from cluster.clock import rfc3339
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5
MOST_DISRUPTED = 2_000
RETRY_SECONDS = 10
VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
TOO_MANY = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"


async def create(server: ApiServer, call: Call, body: Obj) -> Response:
    """1 the pod · 2 its budget gives one up · 3 the pod is told why it goes · 4 deletion."""
    options = decoding.part(body, decoding.EVICTION).get("deleteOptions") or {}
    if options.get("dryRun"):
        call.query["dryRun"] = options["dryRun"][0]
    granted = False
    for _ in range(TRIES):
        item = await existing(server, call)
        granted = granted or await _grant(server, call, item.object)
        if not granted:
            continue
        try:
            await delete_item(server, call, await _marked(server, call, item), options)
        except writing.Stale:
            continue
        success = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
        return answer.respond(call, Payload(object=success), 201)
    raise status.conflict("pods", call.name, status.MODIFIED)


async def _grant(server: ApiServer, call: Call, pod: Obj) -> bool:
    """May it go, as far as budgets have a say? False when the budget was written meanwhile. ApiError when it may not."""
    if _is_free(pod):
        return True
    await server.cache.caught_up()
    kind = server.registry.kind("PodDisruptionBudget")
    prefix = kind.key(call.namespace)
    items = [item for key, item in sorted(server.cache.of(kind).items.items()) if key.startswith(prefix)]
    mine = [item for item in items if _means(item.object, pod)]
    if len(mine) > 1:
        raise status.internal(SEVERAL)
    if not mine:
        return True
    taken = taking_one(mine[0].object, pod, rfc3339(server.clock.now()))
    if taken is None or call.query.get("dryRun"):
        return True
    written = await server.storage.rewrite(mine[0].key, taken, mine[0].revision)
    return written is not None


async def _marked(server: ApiServer, call: Call, item: Item) -> Item:
    """The pod with the condition that says why it goes. Models: addConditionAndDeletePod"""
    pod = item.object
    if call.query.get("dryRun") or meta.is_being_deleted(pod):
        return item
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
        "lastTransitionTime": rfc3339(server.clock.now()),
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    others = [each for each in (pod.get("status") or {}).get("conditions") or () if each["type"] != "DisruptionTarget"]
    told = evolve(pod, ("status", "conditions"), [*others, condition])
    if await server.storage.rewrite(item.key, told, item.revision) is None:
        raise writing.Stale
    return await existing(server, call)


# --- pure -----------------------------------------------------------------------------------------------------------


def taking_one(budget: Obj, pod: Obj, now: str) -> Obj | None:
    """The budget with one disruption less; None when the pod costs none. ApiError 429 when there is none left.

    Models: checkAndDecrement
    """
    spec, known, name = budget["spec"], budget.get("status") or {}, budget["metadata"]["name"]
    healthy, desired = known.get("currentHealthy") or 0, known.get("desiredHealthy") or 0
    always = spec.get("unhealthyPodEvictionPolicy") == "AlwaysAllow"
    if not meta.is_condition_true(pod, "Ready") and (always or healthy >= desired > 0):
        return None
    if (known.get("observedGeneration") or 0) < (budget["metadata"].get("generation") or 0):
        raise _refused(f"The disruption budget {name} is still being processed by the server.", RETRY_SECONDS)
    disrupted, allowed = known.get("disruptedPods") or {}, known.get("disruptionsAllowed") or 0
    if len(disrupted) > MOST_DISRUPTED:
        raise status.forbidden("poddisruptionbudgets", name, TOO_MANY, "policy")
    if allowed <= 0:
        raise _refused(f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently", 0)
    taken = {**known, "disruptionsAllowed": allowed - 1, "disruptedPods": {**disrupted, meta.name_of(pod): now}}
    return {**budget, "status": taken}


def _refused(why: str, seconds: int) -> ApiError:
    details: Obj = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    if seconds:
        details["retryAfterSeconds"] = seconds
    return status.failure(429, "TooManyRequests", VIOLATES, details)


def _is_free(pod: Obj) -> bool:
    """One that does not run costs nobody anything. Models: canIgnorePDB"""
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or meta.is_being_deleted(pod)


def _means(budget: Obj, pod: Obj) -> bool:
    return labels.from_label_selector(budget["spec"].get("selector")).matches(meta.labels_of(pod))
