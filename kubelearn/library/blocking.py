"""A client for tests that wait: the cluster's own, as its administrator, asked from any thread.

Objects that come back are copies, free to be changed. A refusal raises `ApiError` with the server's Status.
"""

from __future__ import annotations

import copy
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind
from cluster.client import rest
from cluster.clock import Clock, VirtualClock
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from kubelearn.library.engine import Engine

MANAGER = "kubelearn-test"


class BlockingClient:
    """The verbs of the API; kinds by name ("Pod", or "events.k8s.io/v1/Event" where a name alone says too little)."""

    def __init__(self, engine: Engine, client: rest.Client, clock: Clock) -> None:
        self._engine = engine
        self._client = client
        self._clock = clock

    def get(self, kind: str, name: str, namespace: str = "default", subresource: str = "") -> Obj:
        return self._ask("GET", self._path(kind, namespace, name, subresource))

    def list(self, kind: str, namespace: str = "", **query: str) -> list[Obj]:
        """The items; of all namespaces unless one is named. `query` as the API has it (labelSelector, fieldSelector)."""
        found: list[Obj] = self._ask("GET", self._path(kind, namespace), query=query)["items"]
        return found

    def create(self, obj: Obj, namespace: str = "default") -> Obj:
        kind, namespace = self._kind_of(obj), obj.get("metadata", {}).get("namespace") or namespace
        return self._ask("POST", kind.path(namespace), obj)

    def update(self, obj: Obj, subresource: str = "") -> Obj:
        metadata = obj["metadata"]
        path = self._kind_of(obj).path(metadata.get("namespace", ""), metadata["name"], subresource)
        return self._ask("PUT", path, obj)

    def patch(self, kind: str, name: str, patch: Any, namespace: str = "default", subresource: str = "") -> Obj:
        """A merge patch, or a JSON patch when it is a list."""
        content_type = rest.JSON_PATCH if isinstance(patch, list) else rest.MERGE_PATCH
        return self._ask("PATCH", self._path(kind, namespace, name, subresource), patch, content_type=content_type)

    def apply(self, manifests: str | Path | Obj | Iterable[Obj], namespace: str = "default") -> list[Obj]:
        """Server-side apply of objects, of YAML, or of a file of it; in order."""
        query = {"fieldManager": MANAGER, "force": "true"}
        found = []
        for obj in _objects(manifests):
            metadata = obj["metadata"]
            path = self._kind_of(obj).path(metadata.get("namespace") or namespace, metadata["name"])
            found.append(self._ask("PATCH", path, obj, content_type=rest.APPLY_PATCH, query=query))
        return found

    def delete(self, kind: str, name: str, namespace: str = "default", **options: Any) -> Obj:
        """`options` are fields of DeleteOptions (gracePeriodSeconds, propagationPolicy)."""
        return self._ask("DELETE", self._path(kind, namespace, name), options or None)

    def logs(self, name: str, namespace: str = "default", **query: str) -> str:
        """What a pod's container has written."""
        asked = self._client.request("GET", self._path("Pod", namespace, name, "log"), query=query)
        return self._engine.call(self._settled(asked)).body.raw.decode()

    def request(
        self, verb: str, path: str, body: Any = None, *, query: dict[str, str] | None = None, content_type: str = ""
    ) -> Any:
        """Any request of the API; the decoded answer."""
        return self._ask(verb, path, body, query=query, content_type=content_type)

    # --- parts -----------------------------------------------------------------------------------------------------

    def _ask(
        self, verb: str, path: str, body: Any = None, *, query: dict[str, str] | None = None, content_type: str = ""
    ) -> Any:
        headers = {"content-type": content_type} if content_type else None
        payload = Payload(object=copy.deepcopy(body))
        asked = self._client.request(verb, path, query=query, body=payload, headers=headers)
        return copy.deepcopy(self._engine.call(self._settled(asked)).body.object)

    async def _settled(self, asked: Coroutine[Any, Any, Response]) -> Response:
        """The answer, when the cluster has done what it can do without time going on: so runs of a virtual clock are the
        same however fast the test asks."""
        try:
            return await asked
        finally:
            if isinstance(self._clock, VirtualClock):
                await self._clock.settle()

    def _path(self, kind: str, namespace: str = "", name: str = "", subresource: str = "") -> str:
        return self._client.registry.kind(kind).path(namespace, name, subresource)

    def _kind_of(self, obj: Obj) -> Kind:
        """KeyError for an object that no served kind fits."""
        api_version, word = obj.get("apiVersion", ""), obj.get("kind", "")
        found = self._client.registry.of_object(api_version, word)
        if found is None:
            raise KeyError(f'no matches for kind "{word}" in version "{api_version}"')
        return found


def _objects(manifests: str | Path | Obj | Iterable[Obj]) -> Iterable[Obj]:
    if isinstance(manifests, Path):
        manifests = manifests.read_text()
    if isinstance(manifests, str):
        import yaml

        return [each for each in yaml.safe_load_all(manifests) if each]
    return [manifests] if isinstance(manifests, dict) else manifests
