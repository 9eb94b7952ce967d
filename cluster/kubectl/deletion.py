"""Waiting until an object is gone.

Models: kubectl/pkg/cmd/wait/delete.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.status import ApiError
from cluster.kubectl.builder import Info
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation

WEEK = 168 * 3600.0


async def wait(invocation: Invocation, info: Info, uid: str, timeout_seconds: float) -> None:
    """Return when the object of that uid is no more. Raises CommandError when it takes longer."""
    try:
        await invocation.session.clock.wait_for(_gone(invocation, info, uid), timeout_seconds)
    except TimeoutError:
        raise CommandError(f"timed out waiting for the condition on {info.resource.plural}/{info.name}") from None


async def _gone(invocation: Invocation, info: Info, uid: str) -> None:
    while True:
        try:
            found = await invocation.object("GET", info.path())
        except ApiError as error:
            if error.code == 404:
                return
            raise
        if uid and found["metadata"]["uid"] != uid:
            return
        if await _deleted(invocation, info, found["metadata"]["resourceVersion"]):
            return


async def _deleted(invocation: Invocation, info: Info, version: str) -> bool:
    """Watch from `version`: whether the object's end was seen before the watch ended."""
    query = {"fieldSelector": f"metadata.name={info.name}", "resourceVersion": version, "watch": "true"}
    stream = (await invocation.request("GET", info.collection, query=query)).stream
    if stream is None:
        return False
    try:
        async for deliveries in stream:
            for event, _ in deliveries:
                if event.type == "DELETED":
                    return True
                if event.type == "ERROR":
                    return False
    finally:
        stream.close()
    return False
