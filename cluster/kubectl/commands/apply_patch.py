"""The client-side half of `apply`: the three-way patch, sent or tried here.

Models: kubectl/pkg/cmd/apply/patcher.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import schema
from cluster.apimachinery.patch import merge as merge_patch
from cluster.apimachinery.patch import strategic as strategic_patch
from cluster.apimachinery.status import ApiError
from cluster.client.rest import MERGE_PATCH, STRATEGIC_MERGE_PATCH
from cluster.kubectl import deletion, submission, three_way
from cluster.kubectl.builder import Info
from cluster.kubectl.errors import with_source
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import original
from cluster.wire.message import Payload

Obj = dict[str, Any]
RETRIES = 5


def type_of(info: Info) -> schema.Type | None:
    """The type that says how the kind's lists merge; None for a kind that is not Kubernetes' own."""
    from cluster.apis.all_kinds import REGISTRY

    kind = REGISTRY.of_object(info.resource.api_version, info.resource.kind)
    return schema.type_of(kind.schema) if kind else None


async def patch(invocation: Invocation, info: Info, manifest: Obj, live: Obj, strategy: str) -> tuple[Obj, Obj]:
    """The patched object, and the patch: {} when nothing had to change. A conflict is tried again with the newest."""
    type = type_of(info)
    for attempt in range(RETRIES + 1):
        found = three_way.strategic(original(live), manifest, live, type) if type else None
        if found is None:
            found = three_way.merge(original(live), manifest, live)
        if not found:
            return live, found
        if strategy == "client":
            return _locally(live, found, type), found
        try:
            return await _send(invocation, info, found, strategy, type), found
        except ApiError as error:
            if error.reason == "Conflict" and attempt < RETRIES:
                live = await invocation.object("GET", info.path())
                continue
            if error.reason in ("Conflict", "Invalid") and invocation.flags["force"]:
                return await _replace(invocation, info, manifest, strategy), found
            raise with_source(
                "applying patch:\n" + _compact(found) + "\nto:\n" + _described(info) + "\nfor:",
                info.source,
                with_source("patching", info.source, error),
            ) from error
    raise AssertionError("the last attempt returns or raises")


def _locally(live: Obj, found: Obj, type: schema.Type | None) -> Obj:
    return strategic_patch.apply(live, found, type) if type else merge_patch.apply(live, found)


async def _send(invocation: Invocation, info: Info, found: Obj, strategy: str, type: schema.Type | None) -> Obj:
    headers = {"content-type": STRATEGIC_MERGE_PATCH if type else MERGE_PATCH}
    query = submission.query(invocation, strategy)
    answer: Obj = await invocation.object(
        "PATCH", info.path(), query=query, headers=headers, body=Payload(object=found)
    )
    return answer


async def _replace(invocation: Invocation, info: Info, manifest: Obj, strategy: str) -> Obj:
    """Delete the object, wait until it is gone, create it anew."""
    await invocation.request("DELETE", info.path(), body=Payload(object={"propagationPolicy": "Background"}))
    await deletion.wait(invocation, info, "", deletion.WEEK)
    created: Obj = await submission.post(invocation, info.resource, info.namespace, manifest, strategy)
    return created


def without_nulls(value: Any) -> Any:
    """A manifest's nulls mean "not here"."""
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return value


def _compact(found: Obj) -> str:
    from cluster.kubectl.printers import json

    return json.compact(found)


def _described(info: Info) -> str:
    """Models: cli-runtime/pkg/resource/visitor.go Info.String"""
    resource = info.resource
    return (
        f'Resource: "{resource.api_version}, Resource={resource.plural}", GroupVersionKind: "{resource.api_version}, '
        f'Kind={resource.kind}"\nName: "{info.name}", Namespace: "{info.namespace}"'
    )
